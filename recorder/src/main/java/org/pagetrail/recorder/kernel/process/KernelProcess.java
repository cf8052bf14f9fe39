package org.pagetrail.recorder.kernel.process;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** A process: its address space, its kernel stack, and what it is doing. */
final class KernelProcess {
    enum State {
        READY,
        BLOCKED,
        ENDED
    }

    final int pid;
    final KernelProcess parent;
    final int symbol;

    /** Linear address of its block in the kernel's heap. */
    final int block;

    final List<Area> areas = new ArrayList<>();
    final List<KernelProcess> children = new ArrayList<>();

    /** Blocks of the kernel's heap that are kept for it. */
    final List<Integer> buffers = new ArrayList<>();

    /** Pages of its heap that it has made read-only. */
    final Set<Integer> readOnly = new TreeSet<>();

    int directory;
    int stackSlice;
    int savedSp;
    State state = State.READY;
    UserProgram program;

    /** The linear address after the last library. */
    long librariesEnd;

    /** The tick at which it is to go on; 0 when nothing but an event wakes it. */
    long wakeAt;

    boolean waiting;

    /** Whether any address of its stack's area may be accessed, wherever its stack pointer is. */
    boolean stackAnywhere;

    /** The page whose fault a wrong kernel answers without doing anything; 0 for none. */
    int loopingPage;

    KernelProcess(int pid, KernelProcess parent, int symbol, int block) {
        this.pid = pid;
        this.parent = parent;
        this.symbol = symbol;
        this.block = block;
    }

    Area areaAt(long linear) {
        for (Area area : areas) {
            if (area.contains(linear)) {
                return area;
            }
        }
        return null;
    }

    Area area(Area.Kind kind) {
        for (Area area : areas) {
            if (area.kind == kind) {
                return area;
            }
        }
        return null;
    }
}
