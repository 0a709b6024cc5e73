# latency.gp DATA PICTURE TITLE LINES FAILED - time of an insertion by batch size; a block a line, and one of cells that failed.
# What is loaded has arguments of its own.
data = ARG1
picture = ARG2
heading = ARG3
failed = int(ARG5)
lines = int(ARG4)
load ARG0[1:strlen(ARG0) - strlen("latency.gp")] . "common.gp"
stats data using 1 nooutput
if (STATS_min == STATS_max) set xrange [STATS_min / 2.0:STATS_max * 2]
stats data using 3:4 nooutput
if (STATS_min_x == STATS_max_y) set yrange [STATS_min_x / 2.0:STATS_max_y * 2]
set logscale xy
set format x "%.0f"
set xlabel "batch size (items)"
set ylabel "time of one insertion (us), median with 95 % interval"
# A loop over nothing still looks for one block.
mark = failed ? lines : 0
plot for [i = 0 : lines - 1] data index i using 1:2:3:4 with yerrorlines lt i + 1 title columnheader(1), \
     data index mark using 1:(failed ? $2 : NaN) with points pt 2 ps 2 lw 3 lc rgb "#000000" \
     title failed ? "failed, shown at the reference's time" : ""
