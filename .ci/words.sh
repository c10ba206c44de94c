#!/usr/bin/env bash
# Finds words to avoid (docs/words.txt) in text that people read: Markdown and Rust sources.
#
#   .ci/words.sh [PATH…]    all of the repository, or these files and directories
#
# Prints `file:line: word -> advice` and exits with 1 if anything is found. Not searched: the
# changelog and the style guide, generated reports, and quoted terminal output (```text blocks), which
# is checked in the Rust sources that print it. Needs bash, git and grep.
set -euo pipefail
export LC_ALL=C
root="$(cd "$(dirname "$0")/.." && pwd)"
list="$root/docs/words.txt"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

# Files of directories, without those that are exempt.
files_in() {
    git ls-files --cached --others --exclude-standard -- "$@" |
        grep -E '\.(md|rs)$' |
        grep -vE '(^|/)(CHANGELOG\.md|docs/style\.md)$|^examples/[^/]*\.md$|(^|/)tests/' || true
}

if [ "$#" -eq 0 ]; then
    cd "$root"
    files_in '*.md' 'src' 'crates' 'benches' 'examples' >"$work/files"
else
    for path in "$@"; do
        if [ -d "$path" ]; then
            files_in "$path"
        elif [ -f "$path" ]; then
            printf '%s\n' "$path"
        else
            echo "no such file or directory: $path" >&2
            exit 2
        fi
    done >"$work/files"
fi

# Lines of a Markdown file that are within a block of quoted output.
is_quoted() {
    local file="$1" line="$2" number fence inside=""
    if [ "$file" != "${fenced:-}" ]; then
        fenced="$file"
        fences="$(grep -n '^ *```' "$file" || true)"
    fi
    while IFS=: read -r number fence; do
        [ -n "$number" ] && [ "$number" -lt "$line" ] || break
        if [ -n "$inside" ]; then
            inside=""
        else
            inside="${fence##*\`}."
        fi
    done <<<"$fences"
    [ "$inside" = "text." ]
}

# Only files with any hit are searched for each expression.
grep -vE '^(#|$)' "$list" | while IFS=$'\t' read -r expression _; do
    printf '%s\n' "$expression"
done >"$work/expressions"
: >"$work/candidates"
tr '\n' '\0' <"$work/files" | xargs -0 grep -liwE -f "$work/expressions" /dev/null >"$work/candidates" || true
[ -s "$work/candidates" ] || exit 0

shopt -s nocasematch
while IFS=$'\t' read -r expression advice exception; do
    case "$expression" in '' | '#'*) continue ;; esac
    tr '\n' '\0' <"$work/candidates" |
        { xargs -0 grep -niwE -e "$expression" /dev/null || true; } >"$work/hits"
    if [ -n "$exception" ]; then
        grep -ivE "^[^:]*:[0-9]+:.*($exception)" "$work/hits" >"$work/kept" || true
        mv "$work/kept" "$work/hits"
    fi
    while IFS= read -r hit; do
        file="${hit%%:*}"
        rest="${hit#*:}"
        line="${rest%%:*}"
        text="${rest#*:}"
        case "$file" in
        *.md) if is_quoted "$file" "$line"; then continue; fi ;;
        esac
        word="$expression"
        if [[ "$text" =~ (^|[^[:alnum:]_])($expression)($|[^[:alnum:]_]) ]]; then
            word="${BASH_REMATCH[2]}"
        fi
        printf '%s:%s: %s -> %s\n' "$file" "$line" "$word" "$advice"
    done <"$work/hits"
done <"$list" >"$work/found"

sort -t: -k1,1 -k2,2n "$work/found"
if [ -s "$work/found" ]; then
    printf '%s words to avoid; docs/style.md has the rules\n' "$(wc -l <"$work/found" | tr -d ' ')" >&2
    exit 1
fi
