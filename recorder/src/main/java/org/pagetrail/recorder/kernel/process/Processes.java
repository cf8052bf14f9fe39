package org.pagetrail.recorder.kernel.process;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.pagetrail.recorder.kernel.Code;
import org.pagetrail.recorder.kernel.Defect;
import org.pagetrail.recorder.kernel.KernelCore;
import org.pagetrail.recorder.kernel.Routine;
import org.pagetrail.recorder.kernel.heap.KernelStacks;
import org.pagetrail.recorder.kernel.pmm.FrameAllocator;
import org.pagetrail.recorder.kernel.pmm.OutOfFramesException;
import org.pagetrail.recorder.kernel.vmm.VirtualMemory;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.ia32.Entries;
import org.pagetrail.traces.ia32.LinearAddress;

/**
 * The processes: how they begin, multiply, become other programs and end, and which of them has the processor.
 *
 * <p>A process that does not run has, at the end of its kernel stack, the frame by which IRET goes back to its program:
 *
 * <pre>
 *   top of the slice - 4   SS
 *                    - 8   ESP
 *                    - 12  EFLAGS
 *                    - 16  CS
 *                    - 20  EIP      the saved stack pointer
 * </pre>
 */
final class Processes {
    /** What a process that was killed leaves as its status. */
    static final int KILLED = 137;

    private static final int PAGE = LinearAddress.PAGE_BYTES;
    private static final int WORD = Integer.BYTES;
    private static final int FRAME_BYTES = 5 * WORD;
    private static final int USER_CODE = 0x1b;
    private static final int USER_DATA = 0x23;
    private static final int FLAGS = 1 << 9 | 1 << 1;

    /** The process's own block in the kernel's heap: pid, directory, stack pointer, state, break. */
    private static final int BLOCK_BYTES = 128;

    /** Words of arguments that a program finds on its stack. */
    private static final int ARGUMENTS = 4;

    /** Frames that are left for what the making of a process may need on the way: tables, the heap's growth. */
    private static final int MARGIN = 16;

    private final Parts parts;
    private final KernelCore core;
    private final Code code;
    private final VirtualMemory memory;
    private final AddressSpaces spaces;
    private final PageCache cache;
    private final UserCopies copies;
    private final TaskState tss;
    private final Deque<KernelProcess> ready = new ArrayDeque<>();
    private final List<KernelProcess> all = new ArrayList<>();

    private KernelProcess current;
    private int kernelSp;
    private final int kernelSymbol;
    private int nextPid = 1;

    /** The kernel's word for where its stack begins when it is entered from user mode. */
    interface TaskState {
        void kernelStack(int top);
    }

    Processes(Parts parts, TaskState tss) {
        this.parts = parts;
        this.tss = tss;
        core = parts.core();
        code = core.code();
        memory = parts.memory();
        spaces = new AddressSpaces(parts);
        cache = new PageCache(parts);
        PageFaults faults = new PageFaults(parts, this);
        copies = new UserCopies(parts, faults);
        core.machine().onPageFault(faults);
        kernelSymbol = core.symbols().of("kernel");
        kernelSp = core.machine().sp();
    }

    /** The process that has the processor; null while the kernel is on its own. */
    KernelProcess current() {
        return current;
    }

    UserCopies copies() {
        return copies;
    }

    List<KernelProcess> all() {
        return all;
    }

    Deque<KernelProcess> ready() {
        return ready;
    }

    // The processor

    /** Gives the processor to a process, or with null to the kernel on its own: address space and kernel stack. */
    void switchTo(KernelProcess next) {
        if (next == current) {
            return;
        }
        core.routines().enter(Routine.SCHEDULE);
        code.step();
        if (current == null) {
            kernelSp = core.machine().sp();
        } else if (current.state != KernelProcess.State.ENDED) {
            current.savedSp = core.machine().sp();
            code.store(current.block + 2 * WORD, current.savedSp);
        }
        if (next != null) {
            code.load(next.block + WORD);
            code.load(next.block + 2 * WORD);
        }
        load(next);
        if (next != null) {
            tss.kernelStack(parts.stacks().top(next.stackSlice));
        }
        code.step();
        core.machine().moveStack(next == null ? kernelSp : next.savedSp);
        current = next;
    }

    private void load(KernelProcess next) {
        int directory = next == null ? memory.reference() : next.directory;
        if (directory != memory.loaded()) {
            memory.load(directory);
            core.events()
                    .addressSpaceSwitched(
                            core.machine().now(),
                            directory,
                            next == null ? 0 : next.pid,
                            next == null ? kernelSymbol : next.symbol);
        }
    }

    /** Goes back to the program of the process that has the processor. */
    void resume() {
        memory.expectNothingPending();
        code.step();
        core.machine().returnFromInterrupt();
    }

    // Beginning

    /**
     * A process of the kernel's making that is about to begin a program.
     *
     * @return false when memory does not suffice
     */
    boolean spawn(String name, Program program, UserProgram does) {
        if (!hasRoom(pages(program))) {
            return false;
        }
        KernelProcess process = create(name, null);
        if (process == null) {
            return false;
        }
        process.program = does;
        switchTo(process);
        try {
            begin(process, program);
        } catch (ProcessEnded e) {
            return false;
        }
        ready.add(process);
        return true;
    }

    /** A process without a program: its heap is all of the image's and heap's regions, and all of the libraries' region is one library. */
    boolean spawnAnywhere(String name, UserProgram does) {
        Program nothing = new Program(name, 0, (int) parts.layout().imageFirst(), List.of());
        if (!spawn(name, nothing, does)) {
            return false;
        }
        KernelProcess process = current;
        ProcessLayout layout = parts.layout();
        Area heap = process.area(Area.Kind.HEAP);
        core.events().programBreakMoved(core.machine().now(), process.pid, heap.end, layout.heapEnd());
        heap.end = layout.heapEnd();
        int rights = Rights.READ | Rights.WRITE | Rights.EXECUTE;
        process.areas.add(new Area(Area.Kind.LIBRARY, layout.librariesFirst(), layout.librariesEnd(), rights));
        core.events()
                .libraryMapped(
                        core.machine().now(),
                        process.pid,
                        layout.librariesFirst(),
                        layout.librariesEnd() - layout.librariesFirst(),
                        rights | Rights.USER,
                        process.symbol);
        process.stackAnywhere = true;
        return true;
    }

    private static int pages(Program program) {
        long bytes = 0;
        for (Program.Segment segment : program.segments()) {
            bytes += segment.fileBytes() + 2 * PAGE;
        }
        return (int) (bytes / PAGE);
    }

    private boolean hasRoom(int pages) {
        int needed = pages + MARGIN + KernelStacks.FIRST_PAGES;
        if (core.frames().free() < needed) {
            cache.reclaim();
        }
        return parts.stacks().hasRoom() && core.frames().free() >= needed;
    }

    private KernelProcess create(String name, KernelProcess parent) {
        int block = parts.heap().allocate(BLOCK_BYTES);
        if (block == 0) {
            return null;
        }
        KernelProcess process = new KernelProcess(
                nextPid++, parent, name == null ? parent.symbol : core.symbols().of(name), block);
        core.routines().call(Routine.CREATE_PROCESS, () -> {
            process.stackSlice = parts.stacks().allocate();
            process.savedSp = parts.stacks().top(process.stackSlice);
            process.directory = spaces.create(process.pid, process.symbol);
            code.store(block, process.pid);
            code.store(block + WORD, process.directory);
            code.store(block + 2 * WORD, process.savedSp);
        });
        all.add(process);
        core.events()
                .processCreated(
                        core.machine().now(),
                        process.pid,
                        parent == null ? 0 : parent.pid,
                        process.directory,
                        process.symbol);
        return process;
    }

    /** Loads a program into the address space, which is empty and loaded, and makes the frame that begins it. */
    private void begin(KernelProcess process, Program program) {
        try {
            core.routines().call(Routine.EXEC, () -> load(process, program));
        } catch (OutOfFramesException e) {
            throw end(KILLED);
        }
        int sp = (int) parts.layout().stackEnd() - ARGUMENTS * WORD;
        for (int i = 0; i < ARGUMENTS; i++) {
            copies.toUser(sp + i * WORD, i);
        }
        int top = parts.stacks().top(process.stackSlice);
        code.store(top - FRAME_BYTES, program.entry());
        code.store(top - FRAME_BYTES + WORD, USER_CODE);
        code.store(top - FRAME_BYTES + 2 * WORD, FLAGS);
        code.store(top - FRAME_BYTES + 3 * WORD, sp);
        code.store(top - FRAME_BYTES + 4 * WORD, USER_DATA);
        core.machine().moveStack(top - FRAME_BYTES);
    }

    private void load(KernelProcess process, Program program) {
        ProcessLayout layout = parts.layout();
        process.areas.clear();
        process.readOnly.clear();
        process.librariesEnd = layout.librariesFirst();
        long end = 0;
        for (Program.Segment segment : program.segments()) {
            core.events()
                    .userSegmentLoaded(
                            core.machine().now(),
                            process.pid,
                            segment.linear(),
                            segment.fileBytes(),
                            segment.memoryBytes(),
                            segment.rights() | Rights.USER);
            mapSegment(process, Area.Kind.SEGMENT, program, segment, 0);
            end = Math.max(end, segment.linear() + segment.memoryBytes());
        }
        long heap = end == 0 ? layout.imageFirst() & -PAGE : end + PAGE - 1 & -PAGE;
        process.areas.add(new Area(Area.Kind.HEAP, heap, heap, Rights.READ | Rights.WRITE));
        core.events().programBreakMoved(core.machine().now(), process.pid, heap, heap);
        process.areas.add(
                new Area(Area.Kind.STACK, layout.stackFirst(), layout.stackEnd(), Rights.READ | Rights.WRITE));
        if (core.defects().strikes(Defect.NULL_PAGE_MAPPED)) {
            int frame = parts.references().allocate(FrameAllocator.USER_PAGE);
            memory.temporary().open(frame);
            memory.temporary().clear();
            memory.temporary().close();
            memory.map(0, frame, Entries.PRESENT | Entries.USER | Entries.WRITABLE);
        }
    }

    private void mapSegment(
            KernelProcess process, Area.Kind kind, Program program, Program.Segment segment, long base) {
        long first = segment.linear() & -PAGE;
        long end = segment.linear() + segment.memoryBytes() + PAGE - 1 & -PAGE;
        process.areas.add(new Area(kind, base + first, base + end, segment.rights()));
        boolean ignored = !Rights.has(segment.rights(), Rights.WRITE)
                && kind == Area.Kind.SEGMENT
                && core.defects().strikes(Defect.ELF_RIGHTS_IGNORED);
        boolean writable = ignored || Rights.has(segment.rights(), Rights.WRITE);
        long content = segment.fileBytes() == 0 ? first : segment.linear() + segment.fileBytes();
        for (long page = first; page < content; page += PAGE) {
            int frame = ignored ? cache.load(program, segment, page) : cache.frame(program, segment, page);
            int bits = Entries.PRESENT | Entries.USER | (writable ? Entries.WRITABLE : 0);
            try {
                mapUser((int) (base + page), frame, bits);
            } catch (OutOfFramesException e) {
                parts.references().release(frame, FrameAllocator.USER_PAGE);
                throw e;
            }
        }
    }

    /** Maps a page of the loaded address space for its program. */
    void mapUser(int page, int frame, int bits) {
        boolean global =
                core.machine().profile().features().pge() && core.defects().strikes(Defect.GLOBAL_USER_PAGE);
        memory.map(page, frame, bits | (global ? Entries.GLOBAL : 0));
        spoil(page, frame, bits);
    }

    private void spoil(int page, int frame, int bits) {
        Area area = current.areaAt(LinearAddress.unsigned(page));
        int next = page + PAGE;
        boolean free = area != null && area.contains(LinearAddress.unsigned(next)) && memory.entry(next) == 0;
        if (free && (bits & Entries.WRITABLE) != 0 && core.defects().strikes(Defect.DOUBLE_MAP)) {
            memory.map(next, frame, bits);
        } else if (free && core.defects().strikes(Defect.USER_PAGE_TABLE)) {
            int table = Entries.frame(memory.directoryEntry(LinearAddress.directorySlot(page)));
            memory.map(next, table, Entries.PRESENT | Entries.USER);
        }
        if (core.defects().strikes(Defect.USE_AFTER_FREE_FRAME)) {
            core.frames().free(frame, FrameAllocator.USER_PAGE);
        }
        int slot = LinearAddress.directorySlot(page);
        if (memory.directoryEntry(slot + 1) == 0 && core.defects().strikes(Defect.TABLE_LINKED_TWICE)) {
            memory.directoryEntry(slot + 1, memory.directoryEntry(slot));
        }
    }

    // Multiplying

    /**
     * The process that has the processor gets a child that goes on as it does.
     *
     * @return the child's pid; -1 when memory does not suffice
     */
    int fork(UserProgram does) {
        KernelProcess parent = current;
        if (!hasRoom(spaces.userTables())) {
            return -1;
        }
        KernelProcess child = create(null, parent);
        if (child == null) {
            return -1;
        }
        child.program = does;
        core.routines().call(Routine.FORK, () -> {
            spaces.copyOnWrite(child.directory);
            int from = parts.stacks().top(parent.stackSlice) - FRAME_BYTES;
            int to = parts.stacks().top(child.stackSlice) - FRAME_BYTES;
            for (int offset = 0; offset < FRAME_BYTES; offset += WORD) {
                code.store(to + offset, code.load(from + offset));
            }
            child.savedSp = to;
            code.store(child.block + 2 * WORD, to);
        });
        for (Area area : parent.areas) {
            child.areas.add(area.copy());
        }
        child.readOnly.addAll(parent.readOnly);
        child.librariesEnd = parent.librariesEnd;
        child.stackAnywhere = parent.stackAnywhere;
        parent.children.add(child);
        ready.add(child);
        return child.pid;
    }

    /**
     * The process that has the processor becomes another program.
     *
     * @return false when memory does not suffice: it goes on as it was
     */
    boolean exec(Program program, UserProgram does) {
        if (!hasRoom(pages(program))) {
            return false;
        }
        KernelProcess process = current;
        core.routines().call(Routine.EXEC, spaces::empty);
        process.program = does;
        begin(process, program);
        return true;
    }

    // Ending

    /**
     * The process that has the processor ends, and everything of it is given back.
     *
     * @return to be thrown
     */
    ProcessEnded end(int status) {
        KernelProcess process = current;
        memory.abandon();
        process.state = KernelProcess.State.ENDED;
        switchTo(null);
        core.routines().enter(Routine.EXIT);
        for (int buffer : process.buffers) {
            parts.heap().free(buffer);
        }
        spaces.destroy(process);
        if (core.defects().awaits(Defect.FOREIGN_FRAME_FREED)) {
            freeForeign(process);
        }
        core.routines().call(Routine.REAP, () -> parts.stacks().release(process.stackSlice));
        parts.heap().free(process.block);
        core.events().processExited(core.machine().now(), process.pid, status);
        all.remove(process);
        ready.remove(process);
        KernelProcess parent = process.parent;
        if (parent != null) {
            parent.children.remove(process);
            if (parent.waiting && parent.children.isEmpty()) {
                wake(parent);
            }
        }
        return new ProcessEnded();
    }

    private void freeForeign(KernelProcess ended) {
        boolean others = all.stream().anyMatch(process -> process != ended);
        if (others && core.defects().strikes(Defect.FOREIGN_FRAME_FREED)) {
            KernelProcess other =
                    all.stream().filter(process -> process != ended).findFirst().orElseThrow();
            core.frames().free(other.directory, AddressSpaces.PAGE_DIRECTORY);
        }
    }

    /** A process that waited for something goes on. */
    void wake(KernelProcess process) {
        process.waiting = false;
        process.wakeAt = 0;
        process.state = KernelProcess.State.READY;
        ready.add(process);
    }

    /** Those whose time has come go on. */
    void wakeSleepers() {
        for (KernelProcess process : all) {
            if (process.wakeAt != 0 && process.wakeAt <= core.machine().now()) {
                wake(process);
            }
        }
    }

    /** The process that has the processor waits: for a tick, or with 0 for its children. */
    void block(long wakeAt) {
        current.state = KernelProcess.State.BLOCKED;
        current.wakeAt = wakeAt;
        current.waiting = wakeAt == 0;
    }

    /**
     * Maps a library into the process that has the processor.
     *
     * @return its linear address; -1 when there is no room for it, or no memory
     */
    int mapLibrary(Program library) {
        KernelProcess process = current;
        long base = process.librariesEnd;
        long end = base + library.end() + PAGE - 1 & -PAGE;
        if (end > parts.layout().librariesEnd() || !hasRoom(pages(library))) {
            return -1;
        }
        for (Program.Segment segment : library.segments()) {
            core.events()
                    .libraryMapped(
                            core.machine().now(),
                            process.pid,
                            base + segment.linear(),
                            segment.memoryBytes(),
                            segment.rights() | Rights.USER,
                            core.symbols().of(library.name()));
            mapSegment(process, Area.Kind.LIBRARY, library, segment, base);
        }
        process.librariesEnd = end;
        return (int) base;
    }
}
