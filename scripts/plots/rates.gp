# rates.gp DATA PICTURE TITLE ROWS - rates of failure with their intervals; a row a strategy and allocator: label, rate, ends.
# What is loaded has arguments of its own.
data = ARG1
picture = ARG2
heading = ARG3
rows = int(ARG4)
height = 190 + 26 * rows
load ARG0[1:strlen(ARG0) - strlen("rates.gp")] . "common.gp"
set key at screen 0.5,screen 0.01 center bottom horizontal
set bmargin 5.5
set xrange [0:*]
set yrange [rows - 0.5:-0.5]
set xlabel "trials that failed (%), with 95 % interval"
plot data using ($2 > 0 ? $2 : NaN):0:3:4:ytic(1) with xerrorbars lc rgb "#D55E00" lw 2 dt 1 pt 7 title "some failed", \
     data using ($2 > 0 ? NaN : $2):0:3:4:ytic(1) with xerrorbars lc rgb "#0072B2" lw 1 dt 1 pt 6 title "none failed"
