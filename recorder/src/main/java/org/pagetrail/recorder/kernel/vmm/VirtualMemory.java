package org.pagetrail.recorder.kernel.vmm;

import java.util.Locale;
import org.pagetrail.recorder.kernel.Defect;
import org.pagetrail.recorder.kernel.KernelCore;
import org.pagetrail.recorder.kernel.KernelLayout;
import org.pagetrail.recorder.kernel.KernelPanic;
import org.pagetrail.recorder.kernel.Routine;
import org.pagetrail.traces.event.ControlRegister;
import org.pagetrail.traces.ia32.ControlBits;
import org.pagetrail.traces.ia32.Entries;
import org.pagetrail.traces.ia32.LinearAddress;

/**
 * The virtual memory manager: maps, unmaps and protects pages of the loaded address space, through the recursive window.
 *
 * <p>Kernel tables are shared: a new one goes into the reference directory, which is the first of the new structure, and from there into the
 * others, at once into the loaded one.
 */
public final class VirtualMemory {
    /** The use of a page table's frame. */
    public static final String PAGE_TABLE = "page-table";

    private static final int PAGE = LinearAddress.PAGE_BYTES;
    private static final int TABLE = Entries.PRESENT | Entries.WRITABLE;

    /** Unmap, protect, remap. */
    private static final int MANNERS = 3;

    private final KernelCore core;
    private final KernelLayout layout;
    private final TemporarySlot temporary;
    private final int reference;
    private final int kernelGlobal;
    private int loaded;
    private int pending;
    private boolean flushAwaited;

    /**
     * The manager, while the reference directory is loaded.
     *
     * @param reference the frame of the directory that has every kernel table
     * @param temporarySlot linear address of the temporary slot
     * @param globalPages whether the kernel's pages are global
     */
    public VirtualMemory(KernelCore core, int reference, int temporarySlot, boolean globalPages) {
        this.core = core;
        this.reference = reference;
        layout = core.layout();
        loaded = reference;
        kernelGlobal = globalPages ? Entries.GLOBAL : 0;
        temporary = new TemporarySlot(core, temporarySlot);
        prepareTemporarySlot(temporarySlot);
    }

    /** Makes the table above the temporary slot, where the boot has not: it is needed to make any other. */
    private void prepareTemporarySlot(int linear) {
        int slot = LinearAddress.directorySlot(linear);
        if (Entries.present(directoryEntry(slot))) {
            return;
        }
        // The only table that is cleared after it is linked would be this one: its frame is shown by the last page of
        // the kernel heap's first
        // table instead, or, where the boot made none, by a page of the kernel stack's region that is never used.
        int table = core.frames().allocate(PAGE_TABLE);
        int spare = spareEntry();
        core.code().store(layout.windowEntry(spare), table << LinearAddress.PAGE_SHIFT | TABLE);
        core.code().step();
        core.machine().clearPage(spare);
        core.code().store(layout.windowEntry(spare), 0);
        invalidate(spare);
        core.code().store(directoryAddress(slot), table << LinearAddress.PAGE_SHIFT | TABLE);
    }

    /** The page above the kernel stack's own slice's guard: its table is never lazy, and nobody has it yet. */
    private int spareEntry() {
        return layout.stackTop() - layout.stackBytes() - PAGE;
    }

    /** The temporary slot. */
    public TemporarySlot temporary() {
        return temporary;
    }

    /** The frame of the directory that has every kernel table. */
    public int reference() {
        return reference;
    }

    /** The frame of the loaded directory. */
    public int loaded() {
        return loaded;
    }

    // Switching and invalidating

    /** Loads CR3 with a directory, unless it is loaded; then nothing happens. */
    public void load(int directory) {
        if (directory != loaded) {
            loaded = directory;
            flush();
        }
    }

    /** Loads CR3 again: drops all translations that are not global. */
    public void flush() {
        core.code().step();
        core.machine().writeCr3(loaded << LinearAddress.PAGE_SHIFT);
        flushAwaited = false;
    }

    /** INVLPG. */
    void invalidate(int linear) {
        core.code().step();
        core.machine().invlpg(linear);
    }

    void pending(int more) {
        pending += more;
    }

    void awaitFlush() {
        flushAwaited = true;
    }

    /** A flush that was to come does not. */
    public void forgetFlush() {
        flushAwaited = false;
    }

    /** Whoever used the manager was ended in the midst of it: nothing is pending any more, since all of that address space goes. */
    public void abandon() {
        pending = 0;
        flushAwaited = false;
        temporary.abandon();
    }

    /**
     * Says that translations are relied upon from here on.
     *
     * @throws KernelPanic when an invalidation was forgotten
     */
    public void expectNothingPending() {
        if (pending != 0 || flushAwaited) {
            throw new KernelPanic(pending + " invalidations are pending" + (flushAwaited ? ", and a flush" : ""));
        }
    }

    // Looking

    private int directoryAddress(int slot) {
        return layout.windowEntry(layout.windowEntry(0)) + slot * Integer.BYTES;
    }

    /** The entry of the loaded directory. */
    public int directoryEntry(int slot) {
        return core.code().load(directoryAddress(slot));
    }

    /** The entry of a page; 0 when there is no table for it. */
    public int entry(int linear) {
        int pde = directoryEntry(LinearAddress.directorySlot(linear));
        return Entries.present(pde) ? core.code().load(layout.windowEntry(linear)) : 0;
    }

    private boolean isKernel(int linear) {
        return Integer.compareUnsigned(linear, layout.kernelBase()) >= 0;
    }

    // Changing

    /** The bits of a kernel page's entry. */
    public int kernelPage() {
        return TABLE | kernelGlobal;
    }

    /**
     * Maps a page where none is.
     *
     * @param bits of the entry, P among them
     * @throws KernelPanic when there is one
     */
    public void map(int linear, int frame, int bits) {
        core.routines().call(Routine.MAP_PAGE, () -> {
            makeTable(linear);
            int at = layout.windowEntry(linear);
            if (Entries.present(core.code().load(at))) {
                throw new KernelPanic(String.format(Locale.ROOT, "page 0x%08x is mapped twice", linear));
            }
            core.code().store(at, frame << LinearAddress.PAGE_SHIFT | bits);
        });
    }

    /** Unmaps a page; null where none is mapped. */
    @CheckReturnValue
    public PendingInvalidation unmap(int linear) {
        int pte = entry(linear);
        if (!Entries.present(pte)) {
            return null;
        }
        core.routines().call(Routine.UNMAP_PAGE, () -> core.code().store(layout.windowEntry(linear), 0));
        return pending(linear, pte, Defect.MISSING_INVLPG_UNMAP, 0);
    }

    /** Gives a mapped page another frame and other bits. */
    @CheckReturnValue
    public PendingInvalidation remap(int linear, int frame, int bits) {
        int pte = expectEntry(linear);
        core.code().store(layout.windowEntry(linear), frame << LinearAddress.PAGE_SHIFT | bits);
        return pending(linear, pte, Defect.MISSING_INVLPG_REMAP, 2);
    }

    /** Makes a mapped page read-only. */
    @CheckReturnValue
    public PendingInvalidation makeReadOnly(int linear) {
        int pte = expectEntry(linear);
        core.routines().call(Routine.PROTECT_PAGE, () -> core.code()
                .store(layout.windowEntry(linear), pte & ~Entries.WRITABLE));
        return pending(linear, pte, Defect.MISSING_INVLPG_PROTECT, 1);
    }

    /** Makes a mapped page writable: what allows more needs no invalidation, only a fault more at worst. */
    public void makeWritable(int linear) {
        core.code().store(layout.windowEntry(linear), expectEntry(linear) | Entries.WRITABLE);
    }

    private int expectEntry(int linear) {
        int pte = entry(linear);
        if (!Entries.present(pte)) {
            throw new KernelPanic(String.format(Locale.ROOT, "page 0x%08x is changed, which is not mapped", linear));
        }
        return pte;
    }

    private PendingInvalidation pending(int linear, int was, Defect mistake, int manner) {
        return new PendingInvalidation(this, linear, Entries.frame(was), () -> forgets(linear, was, mistake, manner));
    }

    /** Whether a wrong kernel forgets to invalidate a page here. */
    private boolean forgets(int linear, int was, Defect mistake, int manner) {
        if (isKernel(linear) || (was & Entries.ACCESSED) == 0) {
            return false;
        }
        boolean inAnyManner = core.defects().choice(Defect.MISSING_INVLPG) % MANNERS == manner
                && core.defects().strikes(Defect.MISSING_INVLPG);
        return core.defects().strikes(mistake) || inAnyManner;
    }

    // Tables

    /** Makes sure that a page has a table. */
    private void makeTable(int linear) {
        int slot = LinearAddress.directorySlot(linear);
        if (Entries.present(directoryEntry(slot))) {
            return;
        }
        core.routines().call(Routine.LINK_TABLE, () -> {
            if (isKernel(linear)) {
                if (!takeFromReference(slot)) {
                    int pde = newTable() << LinearAddress.PAGE_SHIFT | TABLE;
                    if (loaded != reference) {
                        temporary.open(reference);
                        temporary.word(slot, pde);
                        temporary.close();
                    }
                    core.code().store(directoryAddress(slot), pde);
                }
            } else {
                int table = newTable();
                core.code().store(directoryAddress(slot), table << LinearAddress.PAGE_SHIFT | TABLE | Entries.USER);
            }
        });
    }

    /** A cleared frame for a table. */
    public int newTable() {
        int frame = core.frames().allocate(PAGE_TABLE);
        if (core.defects().strikes(Defect.TABLE_NOT_CLEARED)) {
            return frame;
        }
        temporary.open(frame);
        temporary.clear();
        temporary.close();
        return frame;
    }

    /** Takes over a kernel table from the reference directory; false when that has none either. */
    public boolean takeFromReference(int slot) {
        if (loaded == reference) {
            return false;
        }
        temporary.open(reference);
        int pde = temporary.word(slot);
        temporary.close();
        if (!Entries.present(pde)) {
            return false;
        }
        core.code().store(directoryAddress(slot), pde & ~Entries.ACCESSED);
        return true;
    }

    /** Unlinks a table of the loaded directory; its pages are gone from the next flush on. */
    public void unlink(int slot) {
        core.code().store(directoryAddress(slot), 0);
        flushAwaited = true;
    }

    /** Writes an entry of the loaded directory as it is: only a wrong kernel does. */
    public void directoryEntry(int slot, int word) {
        core.code().store(directoryAddress(slot), word);
    }

    /** Writes an entry of a page as it is: only a wrong kernel does. */
    public void entry(int linear, int word) {
        core.code().store(layout.windowEntry(linear), word);
    }

    /** Whether supervisor accesses to user pages need EFLAGS.AC. */
    private boolean supervisorIsKeptOut() {
        return (core.machine().register(ControlRegister.CR4) & ControlBits.CR4_SMAP) != 0;
    }

    /** Lets the kernel reach user pages, or no longer (STAC, CLAC), where the machine keeps it out. */
    public void allowUserAccess(boolean allowed) {
        if (supervisorIsKeptOut()) {
            core.code().step();
            core.machine().allowUserAccess(allowed);
        }
    }
}
