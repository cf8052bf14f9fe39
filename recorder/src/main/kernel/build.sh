#!/bin/sh
# Builds the kernel that the recorder ships: build.sh [OUTPUT], with gcc and ld alone. The same tools give the same bytes.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
output=${1:-$here/../resources/org/pagetrail/recorder/kernel/kernel.elf}
objects=$(mktemp -d)
trap 'rm -rf "$objects"' EXIT
cd "$here"
flags='-m32 -march=i586 -mgeneral-regs-only -std=c11 -Os -Wall -Wextra -Werror -ffreestanding -nostdlib -fno-pic -fno-pie
    -fomit-frame-pointer -fno-stack-protector -fno-asynchronous-unwind-tables -fno-tree-loop-distribute-patterns
    -fcf-protection=none -fno-ident'
LC_ALL=C
export LC_ALL
# shellcheck disable=SC2086 # a list of words
gcc $flags -c boot.S -o "$objects/boot.o"
# shellcheck disable=SC2086
gcc $flags -c kernel.c -o "$objects/kernel.o"
ld -m elf_i386 -nostdlib --build-id=none -z noexecstack -z max-page-size=4096 --discard-all --strip-debug \
    -T kernel.ld -o "$output" "$objects/boot.o" "$objects/kernel.o"
chmod 644 "$output"
