package org.pagetrail.recorder.kernel.process;

import org.pagetrail.recorder.kernel.Code;
import org.pagetrail.recorder.kernel.Defect;
import org.pagetrail.recorder.kernel.KernelCore;
import org.pagetrail.recorder.kernel.Routine;
import org.pagetrail.recorder.kernel.pmm.FrameAllocator;
import org.pagetrail.recorder.kernel.vmm.PendingInvalidation;
import org.pagetrail.recorder.kernel.vmm.TemporarySlot;
import org.pagetrail.recorder.kernel.vmm.VirtualMemory;
import org.pagetrail.traces.ia32.Entries;
import org.pagetrail.traces.ia32.LinearAddress;

/** The making, copying, emptying and undoing of address spaces; what is not loaded is reached through the temporary slot. */
final class AddressSpaces {
    static final String PAGE_DIRECTORY = "page-directory";

    private static final int TABLE = Entries.PRESENT | Entries.WRITABLE;

    /** So far before the recursive slot is a slot of the kernel's heap that it never grows to: wrong kernels spoil it and live on. */
    private static final int UNUSED = 100;

    private final Parts parts;
    private final KernelCore core;
    private final Code code;
    private final VirtualMemory memory;
    private final int kernelSlot;
    private final int recursiveSlot;

    AddressSpaces(Parts parts) {
        this.parts = parts;
        core = parts.core();
        code = core.code();
        memory = parts.memory();
        kernelSlot = core.layout().kernelSlot();
        recursiveSlot = core.layout().recursiveSlot();
    }

    /** Makes a directory with the kernel's half of the loaded one and an empty user half. */
    int create(int pid, int symbol) {
        int[] made = new int[1];
        core.routines().call(Routine.CREATE_DIRECTORY, () -> {
            int directory = core.frames().allocate(PAGE_DIRECTORY);
            TemporarySlot slot = memory.temporary();
            slot.open(directory);
            slot.clear();
            for (int k = kernelSlot; k < recursiveSlot; k++) {
                int pde = memory.directoryEntry(k);
                if (Entries.present(pde)) {
                    slot.word(k, pde & ~Entries.ACCESSED);
                }
            }
            slot.word(recursiveSlot, recursiveEntry(directory));
            spoil();
            slot.close();
            core.machine().createAddressSpace(directory, pid, symbol);
            made[0] = directory;
        });
        return made[0];
    }

    private int recursiveEntry(int directory) {
        if (core.defects().strikes(Defect.RECURSIVE_SLOT_WRONG)) {
            return memory.loaded() << LinearAddress.PAGE_SHIFT | TABLE;
        }
        int global = core.defects().strikes(Defect.GLOBAL_RECURSIVE_WINDOW) ? Entries.GLOBAL : 0;
        return directory << LinearAddress.PAGE_SHIFT | TABLE | global;
    }

    private void spoil() {
        TemporarySlot slot = memory.temporary();
        if (core.defects().strikes(Defect.KERNEL_ENTRY_DIFFERS)) {
            int own = memory.newTable();
            slot.word(recursiveSlot - UNUSED, own << LinearAddress.PAGE_SHIFT | TABLE);
        }
    }

    /**
     * Undoes an address space that is not loaded: gives back every frame that it was the last user of, its tables and its directory.
     */
    void destroy(KernelProcess process) {
        core.routines().call(Routine.DESTROY_DIRECTORY, () -> {
            int directory = process.directory;
            core.machine().retireAddressSpace(directory, process.pid, process.symbol);
            TemporarySlot slot = memory.temporary();
            slot.open(directory);
            for (int k = 0; k < kernelSlot; k++) {
                int pde = slot.word(k);
                if (Entries.present(pde)) {
                    slot.reopen(Entries.frame(pde));
                    releaseTable(Defect.FRAME_LEAK_ON_EXIT);
                    slot.reopen(directory);
                    core.frames().free(Entries.frame(pde), VirtualMemory.PAGE_TABLE);
                }
            }
            freeShared(slot);
            slot.close();
            core.frames().free(directory, PAGE_DIRECTORY);
        });
    }

    private void freeShared(TemporarySlot slot) {
        if (core.defects().strikes(Defect.SHARED_TABLE_FREED)) {
            int k = recursiveSlot - UNUSED;
            while (!Entries.present(slot.word(k))) {
                k--;
            }
            core.frames().free(Entries.frame(slot.word(k)), VirtualMemory.PAGE_TABLE);
        }
    }

    /**
     * Releases every page of the table that the temporary slot shows.
     *
     * @param leak the mistake by which one of them may be forgotten; null for none
     */
    private void releaseTable(Defect leak) {
        TemporarySlot slot = memory.temporary();
        for (int t = 0; t < LinearAddress.SLOTS; t++) {
            int pte = slot.word(t);
            if (Entries.present(pte) && (leak == null || !core.defects().strikes(leak))) {
                parts.references().release(Entries.frame(pte), FrameAllocator.USER_PAGE);
            }
        }
    }

    /** Empties the user half of the loaded address space. */
    void empty() {
        if (core.defects().strikes(Defect.WINDOW_NOT_INVALIDATED)) {
            emptyPageByPage();
            return;
        }
        int[] tables = new int[kernelSlot];
        int count = 0;
        for (int k = 0; k < kernelSlot; k++) {
            int pde = memory.directoryEntry(k);
            if (Entries.present(pde)) {
                memory.unlink(k);
                tables[count++] = Entries.frame(pde);
            }
        }
        if (core.defects().strikes(Defect.MISSING_CR3_RELOAD)) {
            memory.forgetFlush();
        } else {
            memory.flush();
        }
        TemporarySlot slot = memory.temporary();
        for (int i = 0; i < count; i++) {
            slot.open(tables[i]);
            releaseTable(null);
            slot.close();
            core.frames().free(tables[i], VirtualMemory.PAGE_TABLE);
        }
    }

    /** What a wrong kernel does: each page is unmapped and invalidated, each table unlinked, and the tables' pages in the window forgotten. */
    private void emptyPageByPage() {
        for (int k = 0; k < kernelSlot; k++) {
            int pde = memory.directoryEntry(k);
            for (int t = 0; Entries.present(pde) && t < LinearAddress.SLOTS; t++) {
                PendingInvalidation removed =
                        memory.unmap(k << LinearAddress.LARGE_PAGE_SHIFT | t << LinearAddress.PAGE_SHIFT);
                if (removed != null) {
                    int frame = removed.frame();
                    removed.invalidate();
                    parts.references().release(frame, FrameAllocator.USER_PAGE);
                }
            }
            if (Entries.present(pde)) {
                memory.unlink(k);
                memory.forgetFlush();
                core.frames().free(Entries.frame(pde), VirtualMemory.PAGE_TABLE);
            }
        }
    }

    /** How many tables the user half of the loaded address space has. */
    int userTables() {
        int tables = 0;
        for (int k = 0; k < kernelSlot; k++) {
            tables += memory.directoryEntry(k) & Entries.PRESENT;
        }
        return tables;
    }

    /**
     * Gives another address space the user half of the loaded one: pages are shared, and where they are writable both have them read-only until
     * one writes.
     */
    void copyOnWrite(int directory) {
        boolean tightened = false;
        for (int k = 0; k < kernelSlot; k++) {
            if (Entries.present(memory.directoryEntry(k))) {
                int table = memory.newTable();
                tightened |= shareTable(k, table);
                TemporarySlot slot = memory.temporary();
                slot.open(directory);
                slot.word(k, table << LinearAddress.PAGE_SHIFT | TABLE | Entries.USER);
                slot.close();
            }
        }
        if (tightened && core.defects().strikes(Defect.COW_PARENT_NOT_FLUSHED)) {
            memory.forgetFlush();
        } else {
            memory.flush();
        }
    }

    /** Whether a page that had been accessed was made read-only. */
    private boolean shareTable(int k, int table) {
        boolean tightenedAny = false;
        TemporarySlot slot = memory.temporary();
        slot.open(table);
        for (int t = 0; t < LinearAddress.SLOTS; t++) {
            int linear = k << LinearAddress.LARGE_PAGE_SHIFT | t << LinearAddress.PAGE_SHIFT;
            int pte = code.load(core.layout().windowEntry(linear));
            if (Entries.present(pte)) {
                if ((pte & Entries.WRITABLE) != 0) {
                    PendingInvalidation tightened = memory.makeReadOnly(linear);
                    tightened.leaveToFlush();
                    tightenedAny |= (pte & Entries.ACCESSED) != 0;
                }
                parts.references().share(Entries.frame(pte));
                slot.word(t, pte & ~(Entries.WRITABLE | Entries.ACCESSED | Entries.DIRTY));
            }
        }
        slot.close();
        return tightenedAny;
    }
}
