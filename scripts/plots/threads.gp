# threads.gp DATA PICTURE TITLE KINDS - speedup by number of workers; a block a letter of KINDS: m measured, o oversubscribed,
# p projected, f failed, a and u the laws where they were fitted, A and U beyond.
# What is loaded has arguments of its own.
data = ARG1
picture = ARG2
heading = ARG3
kinds = ARG4
height = 520 + 24 * strlen(kinds)
load ARG0[1:strlen(ARG0) - strlen("threads.gp")] . "common.gp"
set logscale xy 2
set key below vertical maxcols 1 Left reverse
set format "%g"
set xlabel "workers"
set ylabel "speedup over sequential (above 1: faster)"
amdahl = "#0072B2"
usl = "#D55E00"
block(kind) = strstrt(kinds, kind) - 1
has(kind) = block(kind) >= 0
all = "plot 1 with lines lw 1 dt 1 lc rgb '#000000' title 'as fast as sequential'"
if (has("a")) all = all . ", data index block('a') using 1:3:4 with filledcurves fs transparent solid 0.25 noborder lc rgb amdahl notitle, '' index block('a') with lines lw 2 dt 1 lc rgb amdahl title columnheader(1)"
if (has("A")) all = all . ", data index block('A') using 1:3:4 with filledcurves fs transparent solid 0.1 noborder lc rgb amdahl notitle, '' index block('A') with lines lw 1 dt 3 lc rgb amdahl title columnheader(1)"
if (has("u")) all = all . ", data index block('u') using 1:3:4 with filledcurves fs transparent pattern 4 noborder lc rgb usl notitle, '' index block('u') with lines lw 2 dt 2 lc rgb usl title columnheader(1)"
if (has("U")) all = all . ", data index block('U') using 1:3:4 with filledcurves fs transparent pattern 4 noborder lc rgb usl notitle, '' index block('U') with lines lw 1 dt (2,6) lc rgb usl title columnheader(1)"
if (has("m")) all = all . ", data index block('m') with yerrorbars lw 2 dt 1 pt 7 lc rgb '#000000' title columnheader(1)"
if (has("o")) all = all . ", data index block('o') with yerrorbars lw 2 dt 1 pt 6 lc rgb '#000000' title columnheader(1)"
if (has("p")) all = all . ", data index block('p') with yerrorbars lw 2 dt 3 pt 10 lc rgb '#CC79A7' title columnheader(1)"
if (has("f")) all = all . ", data index block('f') with points pt 2 ps 2 lw 3 lc rgb '#000000' title columnheader(1)"
eval all
