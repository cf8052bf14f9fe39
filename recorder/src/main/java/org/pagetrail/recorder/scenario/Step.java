package org.pagetrail.recorder.scenario;

import java.util.List;
import org.pagetrail.recorder.workload.AccessMix;
import org.pagetrail.recorder.workload.Distribution;

/** One thing that a process does; {@code docs/scenarios.md} has all of them as a scenario's file says them. */
public sealed interface Step {
    /** A part of a process's address space. */
    enum Part {
        /** The program's code. */
        TEXT,
        /** Its data, initialized and not. */
        DATA,
        /** Its heap. */
        HEAP,
        /** What is in use of its stack. */
        STACK,
        /** The first library that it has mapped. */
        LIBRARY
    }

    /** How accesses follow each other. */
    enum Order {
        /** One after another. */
        SEQUENTIAL,
        /** A stride apart. */
        STRIDE,
        /** At random. */
        RANDOM
    }

    /** An access that ends the process. */
    enum Bad {
        /** To address 0. */
        NULL,
        /** To the kernel's memory. */
        KERNEL,
        /** A write to its code. */
        READ_ONLY,
        /** Where nothing is. */
        UNMAPPED,
        /** Far below its stack pointer. */
        BELOW_STACK
    }

    /** Instructions that touch no data. */
    record Run(long instructions) implements Step {}

    /**
     * Accesses to a part of the address space.
     *
     * @param step bytes between accesses, where their order has such
     * @param distribution of random ones, else null
     * @param offset where in the part they begin
     * @param bytes how many of the part they stay in; 0 for all
     */
    record Touch(
            Part part,
            Order order,
            long step,
            Distribution distribution,
            long count,
            AccessMix mix,
            long offset,
            long bytes)
            implements Step {}

    /** Moves the end of the heap, down when negative. */
    record Break(long bytes) implements Step {}

    /** Makes pages of the heap read-only, or writable again. */
    record Protect(long offset, long bytes, boolean writable) implements Step {}

    /** Calls a function within itself, and returns from all. */
    record Recurse(int depth, int frame) implements Step {}

    /** Makes children that take these steps. */
    record Fork(int count, List<Step> steps) implements Step {}

    /** Becomes another program that takes these steps; what follows is never done. */
    record Exec(String program, List<Step> steps) implements Step {}

    /** Maps a library. */
    record MapLibrary(String library) implements Step {}

    /** Has the kernel read its memory. */
    record Write(int bytes, boolean good) implements Step {}

    /** Has the kernel write its memory. */
    record Read(int bytes, boolean good) implements Step {}

    /** Has the kernel keep blocks of its heap for it. */
    record KernelAllocate(int bytes, int count) implements Step {}

    /** Has the kernel give the oldest of them back. */
    record KernelFree(int count) implements Step {}

    /** Has the kernel call itself. */
    record DeepCall(int depth) implements Step {}

    /** Does what it must not, and is killed. */
    record BadAccess(Bad what) implements Step {}

    /** Waits for cycles to pass. */
    record Sleep(long cycles) implements Step {}

    /** Lets others go first. */
    record GiveWay() implements Step {}

    /** Waits until it has no child. */
    record Await() implements Step {}

    /** Ends. */
    record Exit(int status) implements Step {}

    /** Takes steps several times. */
    record Repeat(int times, List<Step> steps) implements Step {}
}
