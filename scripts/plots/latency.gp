# latency.gp DATA PICTURE TITLE LINES FAILED - time of an insertion by batch size; a block a line, and one of cells that failed.
# What is loaded has arguments of its own.
data = ARG1
picture = ARG2
heading = ARG3
failed = int(ARG5)
lines = int(ARG4)
load ARG0[1:strlen(ARG0) - strlen("latency.gp")] . "common.gp"
# One batch, or one time, has an axis too. What an axis has a range for, stats looks at within it alone.
stats data using 3 name "low" nooutput
stats data using 4 name "high" nooutput
stats data using 1 name "batch" nooutput
if (low_min == high_max) set yrange [low_min / 2.0:high_max * 2]
if (batch_min == batch_max) set xrange [batch_min / 2.0:batch_max * 2]
set logscale xy
set format x "%.0f"
set xlabel "batch size (items)"
set ylabel "time of one insertion (us), median with 95 % interval"
# A loop over nothing still looks for one block.
mark = failed ? lines : 0
plot for [i = 0 : lines - 1] data index i using 1:2:3:4 with yerrorlines lt i + 1 title columnheader(1), \
     data index mark using 1:(failed ? $2 : NaN) with points pt 2 ps 2 lw 3 lc rgb "#000000" \
     title failed ? "failed, shown at the reference's time" : ""
