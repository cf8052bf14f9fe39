package org.pagetrail.recorder.kernel;

import org.pagetrail.recorder.machine.Machine;

/**
 * The running of the kernel's code, as far as memory sees it: each operation is an instruction that is fetched where the
 * instruction pointer stands, and calls and returns go over the stack.
 *
 * <p>An instruction takes a word. A routine is a loop of at most {@value #ROUTINE_BYTES} bytes: at its end the instruction pointer
 * goes back to its beginning.
 */
public final class Code {
    /** The most bytes that a routine spans. */
    public static final int ROUTINE_BYTES = 64;

    private static final int INSTRUCTION_BYTES = 4;

    private final Machine machine;
    private int first;
    private int bytes = INSTRUCTION_BYTES;

    /** Code that {@code machine} runs. */
    public Code(Machine machine) {
        this.machine = machine;
    }

    /**
     * Goes on in the routine at {@code address}.
     *
     * @param room bytes of executable memory from there on
     */
    public void enter(int address, int room) {
        first = address;
        bytes = Math.max(INSTRUCTION_BYTES, Math.min(ROUTINE_BYTES, room) / INSTRUCTION_BYTES * INSTRUCTION_BYTES);
        machine.jump(address);
    }

    /** Runs one instruction that does not touch data. */
    public void step() {
        machine.fetch();
        int next = machine.ip() + INSTRUCTION_BYTES;
        machine.jump(next - first >= bytes ? first : next);
    }

    /** Runs an instruction that loads the word at a linear address. */
    public int load(int linear) {
        step();
        return machine.load(linear);
    }

    /** Runs an instruction that stores a word. */
    public void store(int linear, int word) {
        step();
        machine.store(linear, word);
    }

    /**
     * Calls a routine, runs it and returns from it.
     *
     * @param address where it stands
     * @param room bytes of executable memory from there on
     * @param body what it does
     */
    public void call(int address, int room, Runnable body) {
        step();
        int caller = first;
        int callerBytes = bytes;
        machine.push(machine.ip());
        enter(address, room);
        body.run();
        step();
        machine.jump(machine.pop());
        first = caller;
        bytes = callerBytes;
    }

    /**
     * Runs a routine that the processor has entered by itself: what was interrupted goes on afterwards.
     *
     * @param address where it stands
     * @param room bytes of executable memory from there on
     * @param body what it does
     */
    public void handle(int address, int room, Runnable body) {
        int interrupted = first;
        int interruptedBytes = bytes;
        enter(address, room);
        try {
            body.run();
        } finally {
            first = interrupted;
            bytes = interruptedBytes;
        }
    }
}
