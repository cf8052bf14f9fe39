#!/bin/sh
# Builds the programs that come with the recorder: tiny ELF32 i386 executables and a shared library, for their segments' sake.
# Needs gcc that knows -m32 and GNU ld; no C library. The results are checked in: run this only to change them.
set -eu
cd "$(dirname "$0")"
out=../resources/org/pagetrail/recorder/programs
flags="-m32 -O1 -ffreestanding -nostdlib -fno-asynchronous-unwind-tables -fno-stack-protector -fcf-protection=none
    -fno-ident -falign-functions=1024 -fno-optimize-sibling-calls -Wl,--build-id=none -Wl,-s"
for program in shell compiler; do
    gcc $flags -fno-pic -static -no-pie -Wl,-z,separate-code -o "$out/$program" "$program.c"
done
# Text and data of this one share a page of the file, as linkers did it by default for long.
gcc $flags -fno-pic -static -no-pie -Wl,-z,noseparate-code -o "$out/editor" editor.c
gcc $flags -fPIC -shared -Wl,-z,separate-code -o "$out/libshared.so" shared.c
