# phases.gp DATA PICTURE TITLE PHASES - shares of the phases, stacked; a row a strategy, a column a phase.
# What is loaded has arguments of its own.
data = ARG1
picture = ARG2
heading = ARG3
phases = int(ARG4)
load ARG0[1:strlen(ARG0) - strlen("phases.gp")] . "common.gp"
set style data histograms
set style histogram rowstacked
set boxwidth 0.7
set yrange [0:100]
set xtics rotate by -30
set ylabel "share of the first worker's time (%)"
plot for [i = 2 : phases + 1] data using i:xtic(1) lt i - 1 dt 1 lw 1 fs pattern 1 + (i - 2) % 7 border -1 title columnheader(i)
