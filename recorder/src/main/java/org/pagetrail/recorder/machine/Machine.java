package org.pagetrail.recorder.machine;

import java.util.Locale;
import org.pagetrail.traces.event.AccessKind;
import org.pagetrail.traces.event.ControlRegister;
import org.pagetrail.traces.event.DescriptorTable;
import org.pagetrail.traces.event.EntryCause;
import org.pagetrail.traces.event.FlushCause;
import org.pagetrail.traces.event.StopReason;
import org.pagetrail.traces.event.Tlb;
import org.pagetrail.traces.event.TraceEvents;
import org.pagetrail.traces.ia32.ControlBits;
import org.pagetrail.traces.ia32.Entries;
import org.pagetrail.traces.ia32.LinearAddress;
import org.pagetrail.traces.profile.Features;
import org.pagetrail.traces.profile.MachineProfile;

/**
 * An IA-32 processor with its memory, as far as paging sees it: what software does to it goes through here, and what changes by
 * it is told as events.
 *
 * <p>It begins in protected mode with paging off and all else zero, as a multiboot loader leaves it. Every load, store, push and
 * fetch is an access by linear address at the current privilege level; a page fault is delivered through the interrupt table
 * and the access is then made again.
 */
public final class Machine {
    private static final int READ = AccessKind.READ.ordinal();
    private static final int WRITE = AccessKind.WRITE.ordinal();
    private static final int FETCH = AccessKind.FETCH.ordinal();
    private static final int WORD = Integer.BYTES;

    /** Accesses are told in batches of about this many. */
    private static final int BATCH = 1 << 16;

    /** How often an access may fault before the machine is taken to loop. */
    private static final int MOST_FAULTS = 64;

    private final MachineProfile profile;
    private final TraceEvents events;
    private final Registers registers = new Registers();
    private final AccessCounts counts = new AccessCounts();
    private final Clock clock;
    private final PhysicalMemory memory;
    private final LiveStructures live;
    private final Mmu mmu;
    private final FaultDelivery delivery;

    private long stackPage = -1;
    private int untilBatch = BATCH;
    private boolean tellingAccesses;
    private long accessesTold;
    private volatile boolean stopRequested;

    /**
     * A machine with this much RAM that tells its events to {@code events}.
     *
     * @param ram in bytes, a multiple of 4 KB up to 4 GB
     */
    public Machine(MachineProfile profile, long ram, TraceEvents events) {
        this.profile = profile;
        this.events = events;
        clock = new Clock(counts, profile.costs().hit());
        memory = new PhysicalMemory(ram);
        live = new LiveStructures(memory, events, clock);
        registers.cr0 = ControlBits.CR0_PE;
        mmu = new Mmu(profile, memory, live, registers, clock, counts, events);
        delivery = new FaultDelivery(this, registers, mmu, events, clock, profile.costs());
    }

    /** The memory; what a boot loader leaves is placed there directly. */
    public PhysicalMemory memory() {
        return memory;
    }

    /** The profile that it follows. */
    public MachineProfile profile() {
        return profile;
    }

    /** The tick. */
    public long now() {
        return clock.now();
    }

    /** What is a live paging structure now. */
    public LiveStructures live() {
        return live;
    }

    /** CR0, CR3 or CR4. */
    public int register(ControlRegister register) {
        return switch (register) {
            case CR0 -> registers.cr0;
            case CR3 -> registers.cr3;
            case CR4 -> registers.cr4;
        };
    }

    /** CR2: the linear address of the last page fault. */
    public int faultAddress() {
        return registers.cr2;
    }

    /** The page that the stack pointer was last told to be in; -1 before that. */
    public long stackPage() {
        return stackPage;
    }

    /** A read-only look at one of the translation caches, or null when the profile has none of this name. */
    public CacheView cache(Tlb name) {
        TranslationCache cache = mmu.tlbs().named(name);
        return cache == null ? null : new CacheView(cache);
    }

    /** Asks the machine, from any thread, to stop soon. */
    public void requestStop() {
        stopRequested = true;
    }

    /** Who answers page faults. */
    public void onPageFault(FaultHandler handler) {
        delivery.handler(handler);
    }

    /** Tells each access from now on, beside the counts. */
    public void tellEachAccess() {
        tellingAccesses = true;
    }

    /** How many accesses there have been; may be asked from any thread and is then up to a batch behind. */
    public long accesses() {
        return accessesTold + counts.total();
    }

    /** The paging unit. */
    Mmu mmu() {
        return mmu;
    }

    /** Goes on at this privilege level, with EFLAGS.AC so. */
    void privilege(int cpl, boolean ac) {
        registers.cpl = cpl;
        registers.ac = ac;
        mmu.privilegeChanged();
    }

    /** The registers. */
    Registers registers() {
        return registers;
    }

    // Instructions and the stack

    /** The instruction pointer. */
    public int ip() {
        return registers.ip;
    }

    /** Goes on at another instruction. */
    public void jump(int ip) {
        registers.ip = ip;
    }

    /** Fetches the instruction at the instruction pointer. */
    public void fetch() {
        access(registers.ip, WORD, FETCH);
        passed(1);
    }

    /** Fetches the instruction at the instruction pointer, unless that faults; the fault is told and not delivered. */
    boolean fetches() {
        if (told(mmu.translate(registers.ip, FETCH), registers.ip, WORD, FETCH) == Mmu.FAULT) {
            return false;
        }
        passed(1);
        return true;
    }

    /** Tells a batch of accesses when it is time to, and stops when that was asked for. */
    private void passed(int accesses) {
        untilBatch -= accesses;
        if (untilBatch <= 0) {
            untilBatch = BATCH;
            tellAccesses();
        }
        if (stopRequested) {
            throw stop(StopReason.INTERRUPTED);
        }
    }

    /** The stack pointer. */
    public int sp() {
        return registers.sp;
    }

    /** Moves the stack pointer; told when it comes to another page. */
    public void moveStack(int sp) {
        registers.sp = sp;
        // The word below is what the next push writes: a pointer to the end of a page belongs to that page.
        long page = LinearAddress.page(sp - 1);
        if (page != stackPage) {
            stackPage = page;
            events.stackPointerMoved(clock.now(), page);
        }
    }

    /** Pushes a word. */
    public void push(int word) {
        store(registers.sp - WORD, word);
        moveStack(registers.sp - WORD);
    }

    /** Pops a word. */
    public int pop() {
        int word = load(registers.sp);
        moveStack(registers.sp + WORD);
        return word;
    }

    // Data

    /** Reads the word at a linear address. */
    public int load(int linear) {
        return (linear & WORD - 1) == 0 ? memory.read(access(linear, READ), slot(linear)) : load(linear, WORD);
    }

    /** Writes the word at a linear address. */
    public void store(int linear, int word) {
        if ((linear & WORD - 1) == 0) {
            write(access(linear, WRITE), slot(linear), word);
        } else {
            store(linear, word, WORD);
        }
    }

    /**
     * Reads bytes at a linear address.
     *
     * @param bytes 1, 2 or 4
     * @return the value, the first byte lowest
     */
    public int load(int linear, int bytes) {
        return value(access(linear, bytes, READ), mmu.upperFrame(), linear, bytes);
    }

    /** What bytes hold where they were translated to. */
    int value(int frame, int upperFrame, int linear, int bytes) {
        int shift = (linear & WORD - 1) * Byte.SIZE;
        long words = LinearAddress.unsigned(memory.read(frame, slot(linear)));
        if (shift + bytes * Byte.SIZE > Integer.SIZE) {
            words |= (long) memory.read(upperFrame, slot(linear + WORD)) << Integer.SIZE;
        }
        return (int) (words >>> shift & mask(bytes));
    }

    /**
     * Writes bytes at a linear address. When an access that crosses into the next page faults there, nothing of it is done.
     *
     * @param value the first byte lowest
     * @param bytes 1, 2 or 4
     */
    public void store(int linear, int value, int bytes) {
        place(access(linear, bytes, WRITE), mmu.upperFrame(), linear, value, bytes);
    }

    /** Writes bytes where they were translated to. */
    void place(int frame, int upperFrame, int linear, int value, int bytes) {
        int shift = (linear & WORD - 1) * Byte.SIZE;
        long bits = mask(bytes) << shift;
        long words = (value & mask(bytes)) << shift;
        change(frame, slot(linear), (int) bits, (int) words);
        if (bits >>> Integer.SIZE != 0) {
            change(upperFrame, slot(linear + WORD), (int) (bits >>> Integer.SIZE), (int) (words >>> Integer.SIZE));
        }
    }

    private void change(int frame, int slot, int bits, int word) {
        write(frame, slot, memory.read(frame, slot) & ~bits | word);
    }

    private static long mask(int bytes) {
        return (1L << bytes * Byte.SIZE) - 1;
    }

    /** Accesses a linear address only to touch it; returns the physical address that it reached. */
    public long touch(int linear, AccessKind kind) {
        return physical(access(linear, kind.ordinal()), linear);
    }

    /**
     * Accesses bytes only to touch them; returns the physical address of the first.
     *
     * @param bytes 1 to 4,096
     */
    public long touch(int linear, int bytes, AccessKind kind) {
        return physical(access(linear, bytes, kind.ordinal()), linear);
    }

    private static long physical(int frame, int linear) {
        return (long) frame << LinearAddress.PAGE_SHIFT | LinearAddress.offset(linear);
    }

    /**
     * Makes many accesses, only to touch; as {@link #touch} for each, and faster. The instruction pointer goes to each that is fetched.
     *
     * @param accesses as {@link Access#of} gives them
     * @return the sum of the physical addresses that they reached
     */
    public long touchAll(long[] accesses, int from, int to) {
        long sum = tellingAccesses ? touchEach(accesses, from, to) : touchTogether(accesses, from, to);
        passed(to - from);
        return sum;
    }

    private long touchEach(long[] accesses, int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            int linear = Access.linear(accesses[i]);
            if (Access.kind(accesses[i]) == FETCH) {
                registers.ip = linear;
            }
            sum += physical(access(linear, Access.kind(accesses[i])), linear);
        }
        return sum;
    }

    private long touchTogether(long[] accesses, int from, int to) {
        PlainAccesses plain = mmu.plainAccesses();
        registers.begin(accesses, from);
        long fetches = counts.byKind[FETCH];
        long sum = 0;
        int i = from;
        while (i < to) {
            i = plain.serve(accesses, i, to);
            sum += plain.checksum();
            if (i < to) {
                registers.at(i);
                sum += touchOne(accesses, i++);
            }
        }
        registers.at(to - 1);
        registers.end(counts.byKind[FETCH] != fetches);
        return sum;
    }

    private long touchOne(long[] accesses, int at) {
        int linear = Access.linear(accesses[at]);
        int kind = Access.kind(accesses[at]);
        int frame = mmu.translate(linear, kind);
        if (frame == Mmu.FAULT) {
            registers.end(true);
            frame = accessAgain(linear, kind);
            registers.begin(accesses, at + 1);
        }
        return physical(frame, linear);
    }

    /**
     * Clears the page frame under a page, as a string store does: one access, and the profile's time for the rest of it.
     */
    public void clearPage(int linear) {
        int frame = access(linear & -LinearAddress.PAGE_BYTES, WRITE);
        clock.advance(profile.costs().clearPage());
        if (live.isLive(frame)) {
            for (int slot = 0; slot < PhysicalMemory.FRAME_WORDS; slot++) {
                write(frame, slot, 0);
            }
        } else {
            memory.clear(frame);
        }
        events.frameCleared(clock.now(), frame);
    }

    /**
     * Copies a page to another, as a string move does: an access to each, and the profile's time for the rest of them.
     */
    public void copyPage(int from, int to) {
        int source = access(from & -LinearAddress.PAGE_BYTES, READ);
        int destination = access(to & -LinearAddress.PAGE_BYTES, WRITE);
        clock.advance(profile.costs().copyPage());
        for (int slot = 0; slot < PhysicalMemory.FRAME_WORDS; slot++) {
            write(destination, slot, memory.read(source, slot));
        }
        events.frameCopied(clock.now(), source, destination);
    }

    private static int slot(int linear) {
        return LinearAddress.offset(linear) / WORD;
    }

    private int access(int linear, int bytes, int kind) {
        for (int faults = 0; faults < MOST_FAULTS; faults++) {
            int frame = mmu.translate(linear, bytes, kind);
            if (frame != Mmu.FAULT) {
                return tellingAccesses ? told(frame, linear, bytes, kind) : frame;
            }
            delivery.deliver();
        }
        throw stop(StopReason.LIMIT);
    }

    private int access(int linear, int kind) {
        int frame = mmu.translate(linear, kind);
        if (frame == Mmu.FAULT) {
            frame = accessAgain(linear, kind);
        }
        return tellingAccesses ? told(frame, linear, WORD, kind) : frame;
    }

    private int accessAgain(int linear, int kind) {
        for (int faults = 1; faults < MOST_FAULTS; faults++) {
            delivery.deliver();
            int frame = mmu.translate(linear, kind);
            if (frame != Mmu.FAULT) {
                return frame;
            }
        }
        throw stop(StopReason.LIMIT);
    }

    /** Tells an access that did not fault, if each is to be told; returns the frame that it reached. */
    int told(int frame, int linear, int bytes, int kind) {
        if (tellingAccesses && frame != Mmu.FAULT) {
            events.accessed(
                    clock.now(),
                    LinearAddress.unsigned(linear),
                    kind,
                    bytes,
                    registers.cpl,
                    LinearAddress.unsigned(registers.instruction()));
        }
        return frame;
    }

    /** Writes a word of physical memory; every store of the processor ends here. */
    void write(int frame, int slot, int word) {
        int was = memory.read(frame, slot);
        if (was == word) {
            return;
        }
        memory.write(frame, slot, word);
        if (live.isLive(frame)) {
            mmu.wordChanged(frame, slot, was);
            live.changed(frame, slot, was, word, EntryCause.STORE);
        }
    }

    // Control

    /**
     * MOV to CR0.
     *
     * @throws GeneralProtectionException for PG without PE (SDM volume 2B, MOV to control registers)
     */
    public void writeCr0(int value) {
        int was = registers.cr0;
        if ((value & ControlBits.CR0_PG) != 0 && (value & ControlBits.CR0_PE) == 0) {
            throw new GeneralProtectionException("CR0.PG cannot be set without CR0.PE");
        }
        boolean pagingEnds = (was & ~value & ControlBits.CR0_PG) != 0;
        if (((was ^ value) & ControlBits.CR0_PG) != 0) {
            tellAccesses();
        }
        clock.advance(profile.costs().controlRegisterWrite());
        registers.cr0 = value;
        if (((was ^ value) & ControlBits.CR0_WP) != 0) {
            mmu.tlbs().forgetTold();
        }
        controlWritten(ControlRegister.CR0, was, value, pagingEnds ? FlushCause.CR0_PG : null);
    }

    /** MOV to CR3. */
    public void writeCr3(int value) {
        int was = registers.cr3;
        clock.advance(profile.costs().cr3Write());
        registers.cr3 = value;
        controlWritten(ControlRegister.CR3, was, value, FlushCause.CR3_WRITE);
    }

    /**
     * MOV to CR4.
     *
     * @throws GeneralProtectionException for a bit that the processor lacks, and for PAE, which is another paging mode
     */
    public void writeCr4(int value) {
        int unknown = value & ~supported(profile.features());
        if (unknown != 0) {
            throw new GeneralProtectionException(String.format(
                    Locale.ROOT,
                    "CR4 bit %d is not there on profile %s",
                    Integer.numberOfTrailingZeros(unknown),
                    profile.name()));
        }
        int was = registers.cr4;
        int differing = was ^ value;
        FlushCause cause = null;
        if ((differing & ControlBits.CR4_PGE) != 0) {
            cause = FlushCause.CR4_PGE;
        } else if ((differing & value & ControlBits.CR4_SMEP) != 0) {
            cause = FlushCause.CR4_SMEP;
        } else if ((differing & ControlBits.CR4_PSE) != 0 && profile.pseChangeFlushes()) {
            cause = FlushCause.CR4_PSE;
        }
        clock.advance(profile.costs().controlRegisterWrite());
        registers.cr4 = value;
        if ((differing & (ControlBits.CR4_SMEP | ControlBits.CR4_SMAP)) != 0) {
            mmu.tlbs().forgetTold();
        }
        controlWritten(ControlRegister.CR4, was, value, cause);
        if ((differing & ControlBits.CR4_PSE) != 0 && cause == null) {
            mmu.pageSizesChanged();
        }
    }

    /** The bits of CR4 that a processor with these features lets software set. */
    public static int supported(Features features) {
        return (features.pse() ? ControlBits.CR4_PSE : 0)
                | (features.pge() ? ControlBits.CR4_PGE : 0)
                | (features.smep() ? ControlBits.CR4_SMEP : 0)
                | (features.smap() ? ControlBits.CR4_SMAP : 0);
    }

    private void controlWritten(ControlRegister register, int was, int now, FlushCause flush) {
        mmu.controlChanged();
        boolean paging = (registers.cr0 & ControlBits.CR0_PG) != 0;
        live.control(paging ? Entries.frame(registers.cr3) : -1, registers.cr4);
        events.controlRegisterWritten(
                clock.now(),
                register.ordinal(),
                LinearAddress.unsigned(was),
                LinearAddress.unsigned(now),
                LinearAddress.unsigned(registers.ip),
                LinearAddress.unsigned(registers.sp),
                registers.cpl);
        live.announce();
        if (flush != null) {
            mmu.flush(flush);
        }
    }

    /** The current privilege level. */
    public int privilege() {
        return registers.cpl;
    }

    /** STAC and CLAC: whether a supervisor may reach user pages in spite of CR4.SMAP. */
    public void allowUserAccess(boolean allowed) {
        privilege(registers.cpl, allowed);
    }

    /** Delivers an interrupt through the interrupt table: a timer's, or INT's. The next instruction is the handler's. */
    public void interrupt(int vector) {
        delivery.interrupt(vector);
    }

    /** IRET from an interrupt. */
    public void returnFromInterrupt() {
        delivery.interruptReturn();
    }

    /**
     * Returns from the page fault that is being answered, for a handler that does not come back to do so: the frame on the stack says
     * where to.
     */
    public void returnFromFault() {
        delivery.returnFromFault();
    }

    /** HLT until cycles have passed. */
    public void halt(long cycles) {
        clock.advance(cycles);
        events.processorHalted(clock.now(), cycles);
        passed(0);
    }

    /** INVLPG. */
    public void invlpg(int linear) {
        mmu.invlpg(linear);
    }

    /** LGDT or LIDT. */
    public void loadDescriptorTable(DescriptorTable table, int linear, int limit) {
        int handler = 0;
        if (table == DescriptorTable.IDT) {
            delivery.interruptTable(linear, limit);
            handler = delivery.pageFaultHandler(linear, limit);
        } else if (table == DescriptorTable.GDT) {
            delivery.globalTable(linear, limit);
        }
        events.descriptorTableLoaded(
                clock.now(), table.ordinal(), LinearAddress.unsigned(linear), limit, LinearAddress.unsigned(handler));
    }

    /** The word that a walk would now find at a linear address, looked up without an access; 0 where nothing is mapped. */
    int glance(int linear) {
        int frame = linear >>> LinearAddress.PAGE_SHIFT;
        if ((registers.cr0 & ControlBits.CR0_PG) != 0) {
            int pde = memory.read(Entries.frame(registers.cr3), LinearAddress.directorySlot(linear));
            if (!Entries.present(pde)) {
                return 0;
            }
            if (Entries.large(pde, registers.cr4)) {
                frame = Entries.largeFrame(pde) + LinearAddress.tableSlot(linear);
            } else {
                int pte = memory.read(Entries.frame(pde), LinearAddress.tableSlot(linear));
                if (!Entries.present(pte)) {
                    return 0;
                }
                frame = Entries.frame(pte);
            }
        }
        return memory.read(frame, slot(linear));
    }

    /** LTR: reads the descriptor of a task-state segment from the GDT, marks it busy, and takes its base and limit. */
    public void loadTaskRegister(int selector) {
        delivery.loadTaskRegister(selector);
    }

    // What the kernel declares

    /** The kernel says: this frame is the directory of an address space from now on. */
    public void createAddressSpace(int directory, int pid, int symbol) {
        live.declare(directory);
        events.addressSpaceCreated(clock.now(), directory, pid, symbol);
        live.announce();
    }

    /** The kernel says: this frame is no directory any more. */
    public void retireAddressSpace(int directory, int pid, int symbol) {
        live.retire(directory);
        events.addressSpaceRetired(clock.now(), directory, pid, symbol);
    }

    /** Tells the accesses made since they were told last. */
    public void tellAccesses() {
        accessesTold += counts.total();
        counts.tell(events, clock);
    }

    /**
     * Ends the run: tells it, and throws.
     *
     * @return never; declared so that a caller can write {@code throw}
     */
    public MachineStopped stop(StopReason reason) {
        tellAccesses();
        events.machineStopped(clock.now(), reason.ordinal());
        throw new MachineStopped(reason);
    }
}
