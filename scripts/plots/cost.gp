# cost.gp DATA PICTURE TITLE LINES FAILED - what an item costs by batch size: flat where no cache, allocation or page is in the way.
# What is loaded has arguments of its own.
data = ARG1
picture = ARG2
heading = ARG3
failed = int(ARG5)
lines = int(ARG4)
load ARG0[1:strlen(ARG0) - strlen("cost.gp")] . "common.gp"
set logscale xy
set format x "%.0f"
set xlabel "batch size (items)"
set ylabel "time of one item (ns), median with 95 % interval"
mark = failed ? lines : 0
plot for [i = 0 : lines - 1] data index i using 1:($2 * 1000 / $1):($3 * 1000 / $1):($4 * 1000 / $1) with yerrorlines lt i + 1 \
         title columnheader(1), \
     data index mark using 1:(failed ? $2 * 1000 / $1 : NaN) with points pt 2 ps 2 lw 3 lc rgb "#000000" \
         title failed ? "failed, shown at the reference's time" : ""
