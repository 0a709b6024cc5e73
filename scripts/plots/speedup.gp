# speedup.gp DATA PICTURE TITLE LINES EVEN - speedup by batch size; a block a line, and one of break-even points.
# What is loaded has arguments of its own.
data = ARG1
picture = ARG2
heading = ARG3
even = int(ARG5)
lines = int(ARG4)
load ARG0[1:strlen(ARG0) - strlen("speedup.gp")] . "common.gp"
# The line at 1 has no ends of its own; and one batch has an axis too.
stats data using 1 name "batch" nooutput
wide = batch_min == batch_max ? 2.0 : 1.0
set xrange [batch_min / wide:batch_max * wide]
set logscale x
set logscale y 2
set format x "%.0f"
set xlabel "batch size (items)"
set ylabel "speedup over the reference, 95 % interval (above 1: faster)"
# A loop over nothing still looks for one block.
mark = even ? lines : 0
plot 1 with lines lw 1 dt 1 lc rgb "#000000" title "as fast", \
     for [i = 0 : lines - 1] data index i using 1:2:3:4 with yerrorlines lt i + 1 title columnheader(1), \
     data index mark using 1:(even ? $2 : NaN):3:4 with xerrorbars pt 3 ps 2 lw 2 lc rgb "#000000" \
     title even ? "break-even" : ""
