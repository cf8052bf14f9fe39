package org.pagetrail.recorder.kernel;

import java.util.Map;

/** Where the kernel's routines stand, and the calling of them. */
public final class Routines {
    private final Code code;
    private final Map<String, Integer> functions;
    private final int text;
    private final int textBytes;

    /**
     * The routines of a kernel image.
     *
     * @param functions linear addresses of functions in the kernel region, by name; may be empty
     * @param text linear address of executable memory in the kernel region
     * @param textBytes how much of it there is
     */
    public Routines(Code code, Map<String, Integer> functions, int text, int textBytes) {
        this.code = code;
        this.functions = functions;
        this.text = text;
        this.textBytes = textBytes;
    }

    /** The address of a routine in the kernel region: that of the image's function of its name, else a place in its text. */
    public int address(Routine routine) {
        Integer function = functions.get(routine.function());
        if (function != null && Integer.compareUnsigned(function - text, textBytes) < 0) {
            return function;
        }
        int places = Math.max(1, textBytes / Code.ROUTINE_BYTES);
        return text + routine.ordinal() % places * Code.ROUTINE_BYTES;
    }

    private int room(int address) {
        return text + textBytes - address;
    }

    /** Goes on in a routine, never to come back. */
    public void enter(Routine routine) {
        int address = address(routine);
        code.enter(address, room(address));
    }

    /** Calls a routine, runs it and returns from it. */
    public void call(Routine routine, Runnable body) {
        int address = address(routine);
        code.call(address, room(address), body);
    }

    /** Runs a routine that the processor has entered by a gate; it returns by IRET, which is not done here. */
    public void handle(Routine routine, Runnable body) {
        int address = address(routine);
        code.handle(address, room(address), body);
    }
}
