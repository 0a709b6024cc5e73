# history.gp DATA PICTURE TITLE RUNS - a cell night by night; blocks: its runs, its levels, its change points.
# What is loaded has arguments of its own.
data = ARG1
picture = ARG2
heading = ARG3
runs = int(ARG4)
load ARG0[1:strlen(ARG0) - strlen("history.gp")] . "common.gp"
set key inside bottom center horizontal opaque
set xrange [0.5:runs + 0.5]
set xtics rotate by -30
# Room below for the legend, and above for what a change says.
stats data index 0 using 2 nooutput
range = STATS_max - STATS_min
set yrange [STATS_min - 0.25 * range:STATS_max + 1.2 * range]
set xlabel "run, by its day"
set ylabel "time over that of sequential in the same run"
# About a dozen days are readable.
step = (runs + 11) / 12
plot data index 0 using 1:2 with linespoints lw 1 dt 3 pt 7 lc rgb "#0072B2" title "a run", \
     data index 0 every step using 1:2:xtic(3) with points ps 0 lc rgb "#0072B2" notitle, \
     data index 1 using 1:2 with lines lw 3 dt 1 lc rgb "#000000" title "level", \
     data index 2 using 1:2:(0):($3 - $2) with vectors nohead lw 2 dt 2 lc rgb "#D55E00" title "change of the level", \
     data index 2 using 1:3:4 with labels left rotate offset 0.8,0.5 textcolor rgb "#A04000" notitle
