#!/usr/bin/env bash
# man.sh TRIEBENCH - the manual page of triebench on the standard output, in mdoc: made of what its commands say with --help.
set -euo pipefail

triebench=$1

# The commands, as `triebench help` lists them: name, a tab, sentence.
commands() {
    "$triebench" help | sed -nE 's/^  ([a-z]+) +(.*)/\1\t\2/p'
}

# The help of a command, from its own words into mdoc: how it is called, paragraphs, options.
mdoc() {
    awk '
        function escaped(text) {
            gsub(/\\/, "\\e", text)
            return text ~ /^[.\047]/ ? "\\&" text : text
        }
        # A sentence a line, as mdoc wants it, and none too long.
        function say(text,    i, j, count, words, sentence, word, line) {
            count = split(text, sentence, /\. /)
            for (i = 1; i <= count; i++) {
                words = split(sentence[i] (i < count ? "." : ""), word, " ")
                line = word[1]
                for (j = 2; j <= words; j++) {
                    if (length(line word[j]) < 76) { line = line " " word[j]; continue }
                    print escaped(line)
                    line = word[j]
                }
                print escaped(line)
            }
        }
        function flush() {
            if (text == "") return
            if (kind == "paragraph") print ".Pp"
            say(text)
            text = ""
        }
        function kind_is(new) {
            flush()
            if (kind == "usage" && new != "usage") print ".Ed"
            if (kind == "option" && new != "option") print ".El"
            if (kind != "option" && new == "option") print ".Bl -tag -width Ds"
            kind = new
        }
        tolower($0) ~ /^usage: / { kind_is("usage"); print ".Bd -literal -compact" }
        kind == "usage" {
            if ($0 == "") { kind_is(""); next }
            sub(/^[Uu]sage: |^       /, "")
            print escaped($0)
            next
        }
        /^  --/ {
            kind_is("option")
            rest = substr($0, 3)
            head = rest
            if (match(rest, /  +/)) { head = substr(rest, 1, RSTART - 1); text = substr(rest, RSTART + RLENGTH) }
            split(head, word, " ")
            print ".It Fl -" substr(word[1], 3) (word[2] == "" ? "" : " Ar " escaped(substr(head, length(word[1]) + 2)))
            next
        }
        kind == "option" && /^          / { sub(/^ +/, ""); text = text (text == "" ? "" : " ") $0; next }
        /^$/ { if (kind == "paragraph") flush(); next }
        {
            if (kind != "paragraph") kind_is("paragraph")
            sub(/^ +/, "")
            text = text (text == "" ? "" : " ") $0
        }
        END { kind_is("end") }'
}

cat <<'HEAD'
.Dd November 24, 2026
.Dt TRIEBENCH 1
.Os
.Sh NAME
.Nm triebench
.Nd benchmarks bulk insertion into a trie under several allocators, crashes included
.Sh SYNOPSIS
.Nm
.Ar command
.Op Ar option ...
.Sh DESCRIPTION
Which way of inserting a batch of items into a trie is fastest,
under which allocator, from which batch size on, with how many threads;
how surely; and does it ever crash, hang, or lose a key?
.Pp
The commands are:
.Bl -tag -width selftest
HEAD
commands | while IFS=$'\t' read -r name sentence; do
    [[ $name == help ]] || printf '.It Cm %s\n%s\n' "$name" "$sentence"
done
printf '.El\n.Sh COMMANDS\n'
commands | while IFS=$'\t' read -r name _; do
    [[ $name != help ]] || continue
    printf '.Ss %s\n' "$name"
    "$triebench" "$name" --help | mdoc
done
cat <<'TAIL'
.Sh FILES
.Bl -tag -width Ds
.It Pa results/runs/ID/run.jsonl
One run, a JSON object a line.
.It Pa results/criteria.json
What
.Cm report
judges by unless told.
.El
.Sh EXIT STATUS
0 pass; 1 regression or rejection; 2 usage, or the program itself failed;
3 a trial crashed, hung or was corrupt; 4 inconclusive;
5 host unfit, or results that must not be compared; 130 interrupted.
.Sh EXAMPLES
.Dl triebench run --alloc glibc,jemalloc --strategy sequential,thread-local --batch 1000
TAIL
