package org.pagetrail.recorder.kernel.process;

import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import org.pagetrail.recorder.kernel.KernelCore;
import org.pagetrail.recorder.kernel.Routine;
import org.pagetrail.recorder.machine.Access;
import org.pagetrail.recorder.machine.Machine;
import org.pagetrail.recorder.workload.AccessPattern;
import org.pagetrail.recorder.workload.AddressRange;
import org.pagetrail.traces.event.AccessKind;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.ia32.LinearAddress;

/**
 * What the program of a process can do: instructions, accesses and system calls.
 *
 * <p>Each may cost it the processor: then {@link #running} is false, and the program is to return from {@link UserProgram#run} and to go on from
 * there when it is run again. Each may end it: then {@link ProcessEnded} is thrown through it.
 */
public final class UserMode {
    private static final int PAGE = LinearAddress.PAGE_BYTES;
    private static final int WORD = Integer.BYTES;

    /** Accesses that are made between two looks at the timer. */
    private static final int CHUNK = 1024;

    /** Bytes of a loop of the program's code. */
    private static final int LOOP_BYTES = 64;

    private static final int SYSTEM_CALL = 0x80;

    private final KernelCore core;
    private final Machine machine;
    private final Processes processes;
    private final SystemCalls calls;
    private final Timer timer;
    private final Map<String, Program> programs;
    private final long[] chunk = new long[CHUNK];
    private boolean running;
    private long made;

    UserMode(KernelCore core, Processes processes, SystemCalls calls, Timer timer, Map<String, Program> programs) {
        this.core = core;
        this.processes = processes;
        this.calls = calls;
        this.timer = timer;
        this.programs = programs;
        machine = core.machine();
    }

    /** The process has the processor and its program goes on. */
    void begin() {
        running = true;
    }

    /** How many instructions and accesses programs have made up to now. */
    long made() {
        return made;
    }

    /** Whether the process still has the processor. */
    public boolean running() {
        return running;
    }

    // Where things are

    private AddressRange area(Area.Kind kind, int rights, int without) {
        for (Area area : processes.current().areas) {
            if (area.kind == kind
                    && area.end > area.first
                    && Rights.has(area.rights, rights)
                    && (area.rights & without) == 0) {
                return new AddressRange(area.first, area.end - area.first);
            }
        }
        return null;
    }

    /** The program's code; null when it has none. */
    public AddressRange text() {
        return area(Area.Kind.SEGMENT, Rights.EXECUTE, 0);
    }

    /** Its initialized data and what follows; null when it has none. */
    public AddressRange data() {
        return area(Area.Kind.SEGMENT, Rights.WRITE, Rights.EXECUTE);
    }

    /** Its heap; null while that is empty. */
    public AddressRange heap() {
        return area(Area.Kind.HEAP, 0, 0);
    }

    /** The first library that it has mapped; null for none. */
    public AddressRange library() {
        return area(Area.Kind.LIBRARY, 0, 0);
    }

    /** Where its stack may be. */
    public AddressRange stackArea() {
        return area(Area.Kind.STACK, 0, 0);
    }

    /** What of its stack is in use: from the page of the stack pointer to its end. */
    public AddressRange stack() {
        AddressRange whole = stackArea();
        long first = Math.max(whole.first(), LinearAddress.unsigned(machine.sp()) & -PAGE);
        return new AddressRange(first, whole.first() + whole.bytes() - first);
    }

    /** How many bytes its stack may still grow. */
    public long stackLeft() {
        return LinearAddress.unsigned(machine.sp()) - stackArea().first();
    }

    // Instructions and accesses

    /** Goes on in the program's routine of this number, wherever that is in its code. */
    public void enter(int routine) {
        AddressRange text = text();
        if (text != null) {
            long loops = Math.max(1, text.bytes() / LOOP_BYTES);
            machine.jump((int) (text.first() + Math.floorMod(routine, loops) * LOOP_BYTES));
        }
    }

    private int nextInstruction(int ip) {
        return ip & -LOOP_BYTES | ip + WORD & LOOP_BYTES - 1;
    }

    private void fetch() {
        machine.fetch();
        machine.jump(nextInstruction(machine.ip()));
    }

    /**
     * Runs instructions that touch no data.
     *
     * @return how many, fewer when the process lost the processor
     */
    public long instructions(long count) {
        long done = 0;
        while (done < count && running) {
            int n = (int) Math.min(CHUNK, count - done);
            int ip = machine.ip();
            for (int i = 0; i < n; i++) {
                chunk[i] = Access.of(ip, AccessKind.FETCH);
                ip = nextInstruction(ip);
            }
            machine.touchAll(chunk, 0, n);
            machine.jump(ip);
            done += n;
            made += n;
            tick();
        }
        return done;
    }

    /**
     * Makes accesses of a pattern, an instruction each.
     *
     * @return how many, fewer when the process lost the processor
     */
    public long accesses(AccessPattern pattern, long count) {
        long done = 0;
        while (done < count && running) {
            int n = (int) Math.min(CHUNK / 2, count - done);
            int ip = machine.ip();
            int filled = 0;
            for (int i = 0; i < n; i++) {
                int linear = pattern.next();
                AccessKind kind = pattern.write() ? AccessKind.WRITE : AccessKind.READ;
                chunk[filled++] = Access.of(ip, AccessKind.FETCH);
                if (LinearAddress.offset(linear) + pattern.size() > PAGE) {
                    machine.touchAll(chunk, 0, filled);
                    filled = 0;
                    machine.touch(linear, pattern.size(), kind);
                } else {
                    chunk[filled++] = Access.of(linear, kind);
                }
                ip = nextInstruction(ip);
            }
            machine.touchAll(chunk, 0, filled);
            machine.jump(ip);
            done += n;
            made += 2L * n;
            tick();
        }
        return done;
    }

    /** Makes accesses as they are, fetches among them, and looks at the timer. */
    public void accesses(long[] accesses, int count) {
        machine.touchAll(accesses, 0, count);
        tick();
    }

    /** Makes accesses as they are, before others that belong to them. */
    public void accessesWithin(long[] accesses, int count) {
        machine.touchAll(accesses, 0, count);
    }

    /** Makes one access that may cross into the next page. */
    public void access(int linear, int bytes, AccessKind kind) {
        machine.touch(linear, bytes, kind);
    }

    /** The instruction pointer goes to another instruction of the program, which is not fetched by that. */
    public void jump(int linear) {
        machine.jump(linear);
    }

    /** Calls a function: its return address and its local variables go on the stack. */
    public void call(int frameBytes) {
        fetch();
        machine.push(machine.ip());
        fetch();
        machine.moveStack(machine.sp() - frameBytes);
        machine.store(machine.sp(), frameBytes);
        tick();
    }

    /** Returns from a function that {@link #call} called. */
    public void leave(int frameBytes) {
        fetch();
        machine.moveStack(machine.sp() + frameBytes);
        machine.pop();
    }

    private void tick() {
        if (machine.now() >= timer.next()) {
            processes.wakeSleepers();
        }
        running = timer.passes(!processes.ready().isEmpty());
        if (!running) {
            return;
        }
        if (machine.privilege() == 0) {
            processes.resume();
        }
    }

    // System calls

    private int call(IntSupplier service) {
        fetch();
        machine.interrupt(SYSTEM_CALL);
        int[] result = new int[1];
        core.routines().handle(Routine.SYSTEM_CALL, () -> {
            core.code().step();
            result[0] = service.getAsInt();
            running = processes.current().state == KernelProcess.State.READY && running;
            if (running) {
                processes.resume();
            }
        });
        return result[0];
    }

    private boolean does(BooleanSupplier service) {
        return call(() -> service.getAsBoolean() ? 0 : -1) == 0;
    }

    /** Ends. */
    public void exit(int status) {
        call(() -> {
            throw processes.end(status);
        });
    }

    /**
     * Gets a child.
     *
     * @return its pid; -1 when memory does not suffice
     */
    public int fork(UserProgram child) {
        return call(() -> processes.fork(child));
    }

    /** Becomes another program, which begins when this one returns; false when memory does not suffice, and this one goes on. */
    public boolean exec(String program, UserProgram does) {
        return does(() -> processes.exec(programs.get(program), does));
    }

    /** Waits until it has no child. */
    public void waitForChildren() {
        call(() -> {
            if (!processes.current().children.isEmpty()) {
                processes.block(0);
            }
            return 0;
        });
    }

    /** Waits until cycles have passed. */
    public void sleep(long cycles) {
        call(() -> {
            processes.block(machine.now() + Math.max(1, cycles));
            return 0;
        });
    }

    /** Lets others go first. */
    public void giveWay() {
        call(() -> {
            running = processes.ready().isEmpty();
            return 0;
        });
    }

    /** Moves the end of the heap by so many bytes, down when negative; false when it cannot be there. */
    public boolean moveBreak(long bytes) {
        return does(() -> calls.moveBreak(bytes));
    }

    /** Makes pages of the heap read-only, or writable again. */
    public void protect(int first, int bytes, boolean writable) {
        call(() -> {
            calls.protect(first, bytes, writable);
            return 0;
        });
    }

    /** Maps a library; -1 when it cannot be. */
    public int mapLibrary(String library) {
        return call(() -> processes.mapLibrary(programs.get(library)));
    }

    /** Has the kernel read bytes of its memory; false when the address is bad. */
    public boolean write(int linear, int bytes) {
        return does(() -> processes.copies().fromUser(linear, bytes));
    }

    /** Has the kernel write bytes of its memory; false when the address is bad. */
    public boolean read(int linear, int bytes) {
        return does(() -> processes.copies().toUser(linear, 0, bytes));
    }

    /** Has the kernel keep a block of its heap; false when it has none. */
    public boolean keepInKernel(int bytes) {
        return does(() -> calls.keep(bytes));
    }

    /** Has the kernel give back the oldest blocks that it keeps. */
    public void giveUpInKernel(int count) {
        call(() -> {
            calls.giveUp(count);
            return 0;
        });
    }

    /** Has the kernel call itself, so many times; false when its stack has no room for that. */
    public boolean deepCall(int depth) {
        return does(() -> calls.deep(depth));
    }
}
