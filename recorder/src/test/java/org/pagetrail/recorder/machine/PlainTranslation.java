package org.pagetrail.recorder.machine;

import java.util.Locale;
import org.pagetrail.traces.event.AccessKind;
import org.pagetrail.traces.profile.Features;

/**
 * 32-bit paging as the manual says it, without any cache: slow, and meant to be seen to be right.
 *
 * <p>SDM volume 3A, 4.3 (walk, reserved bits), 4.6 (rights), 4.7 (error code), 4.8 (A and D). It shares nothing with the paging
 * unit but the registers' fields, and names each bit by its number.
 */
final class PlainTranslation {
    private final PhysicalMemory memory;
    private final Features features;

    PlainTranslation(PhysicalMemory memory, Features features) {
        this.memory = memory;
        this.features = features;
    }

    /**
     * What an access comes to.
     *
     * @param frame the page frame, or -1 for a fault
     * @param code the error code, 0 without a fault
     * @param pde the directory entry after it
     * @param pte the table entry after it, 0 when the walk reads none
     */
    record Result(int frame, int code, int pde, int pte) {
        boolean faulted() {
            return frame == -1;
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "frame %x code %x pde %08x pte %08x", frame, code, pde, pte);
        }
    }

    /** Translates and, when {@code mark}, sets A and D in memory. */
    Result translate(Registers r, int linear, AccessKind kind, boolean mark) {
        if (!bit(r.cr0, 31)) {
            return new Result(linear >>> 12, 0, 0, 0);
        }
        int directory = r.cr3 >>> 12;
        int directorySlot = linear >>> 22;
        int pde = memory.read(directory, directorySlot);
        if (!bit(pde, 0)) {
            return fault(r, kind, false, false, pde, 0);
        }
        if (bit(pde, 7) && bit(r.cr4, 4)) {
            return largePage(r, linear, kind, mark, directory, directorySlot);
        }
        int accessedPde = memory.has(directory) ? pde | 1 << 5 : pde;
        if (mark) {
            memory.write(directory, directorySlot, accessedPde);
        }
        int table = pde >>> 12;
        int tableSlot = linear >>> 12 & 1023;
        // In the recursive window a walk reads one word twice.
        boolean sameWord = table == directory && tableSlot == directorySlot;
        int pte = sameWord ? accessedPde : memory.read(table, tableSlot);
        Result result = table(r, linear, kind, mark, accessedPde, pte);
        return sameWord ? new Result(result.frame(), result.code(), result.pte(), result.pte()) : result;
    }

    /**
     * The rest of a walk whose directory entry, a reference to a table, comes from the cache of directory entries: that entry is
     * taken as it is held, and its word in memory is not marked (4.10.3.2).
     */
    Result below(Registers r, int linear, AccessKind kind, boolean mark, int pde) {
        return table(r, linear, kind, mark, pde, memory.read(pde >>> 12, linear >>> 12 & 1023));
    }

    private Result table(Registers r, int linear, AccessKind kind, boolean mark, int pde, int pte) {
        if (!bit(pte, 0)) {
            return fault(r, kind, false, false, pde, pte);
        }
        if (bit(pte, 7) && bit(r.cr4, 4) && !features.pat()) {
            return fault(r, kind, true, true, pde, pte);
        }
        if (!allowed(r, kind, bit(pde, 1) && bit(pte, 1), bit(pde, 2) && bit(pte, 2))) {
            return fault(r, kind, true, false, pde, pte);
        }
        int table = pde >>> 12;
        int used = memory.has(table) ? pte | marks(kind) : pte;
        if (mark) {
            memory.write(table, linear >>> 12 & 1023, used);
        }
        return new Result(pte >>> 12, 0, pde, used);
    }

    private Result largePage(Registers r, int linear, AccessKind kind, boolean mark, int directory, int slot) {
        int pde = memory.read(directory, slot);
        for (int number = 13; number <= 21; number++) {
            if (bit(pde, number) && !isAddressBit(number)) {
                return fault(r, kind, true, true, pde, 0);
            }
        }
        if (bit(pde, 12) && !features.pat()) {
            return fault(r, kind, true, true, pde, 0);
        }
        if (!allowed(r, kind, bit(pde, 1), bit(pde, 2))) {
            return fault(r, kind, true, false, pde, 0);
        }
        int used = memory.has(directory) ? pde | marks(kind) : pde;
        if (mark) {
            memory.write(directory, slot, used);
        }
        long physical = (long) (pde >>> 13 & 0xff) << 32 | pde & 0xffc0_0000L | linear & 0x003f_ffffL;
        return new Result((int) (physical >>> 12), 0, used, 0);
    }

    /** Whether bit 13 to 21 of a 4 MB entry is bit 32 and up of an address of M bits. */
    private boolean isAddressBit(int number) {
        int m = Math.min(40, features.maxPhysicalAddress());
        return features.pse36() && number - 13 + 32 < m;
    }

    private static int marks(AccessKind kind) {
        return kind == AccessKind.WRITE ? 1 << 5 | 1 << 6 : 1 << 5;
    }

    /** Whether the rights of a translation allow an access (4.6.1). */
    static boolean allowed(Registers r, AccessKind kind, boolean writable, boolean userPage) {
        boolean writeProtect = bit(r.cr0, 16);
        boolean smep = bit(r.cr4, 20);
        boolean smap = bit(r.cr4, 21);
        if (r.cpl == 3) {
            return userPage && (kind != AccessKind.WRITE || writable);
        }
        return switch (kind) {
            case READ -> !userPage || !smap || r.ac;
            case WRITE -> (!userPage || !smap || r.ac) && (writable || !writeProtect);
            case FETCH -> !userPage || !smep;
        };
    }

    private static Result fault(Registers r, AccessKind kind, boolean present, boolean reserved, int pde, int pte) {
        return new Result(-1, errorCode(r, kind, present, reserved), pde, pte);
    }

    /** The error code (4.7). */
    static int errorCode(Registers r, AccessKind kind, boolean present, boolean reserved) {
        return (present ? 1 : 0)
                + (kind == AccessKind.WRITE ? 2 : 0)
                + (r.cpl == 3 ? 4 : 0)
                + (reserved ? 8 : 0)
                + (kind == AccessKind.FETCH && bit(r.cr4, 20) ? 16 : 0);
    }

    /**
     * The words that a walk of the page reads now, as one number: what a translation depends on. A, D and AVL are left out, and
     * an absent word is 0.
     */
    long path(Registers r, int linear) {
        int ignored = ~(1 << 5 | 1 << 6 | 7 << 9);
        int pde = memory.read(r.cr3 >>> 12, linear >>> 22);
        if (!bit(pde, 0)) {
            return 0;
        }
        long high = (long) (pde & ignored) << 32;
        if (bit(pde, 7) && bit(r.cr4, 4)) {
            return high | 1L << 31 | 1;
        }
        int pte = memory.read(pde >>> 12, linear >>> 12 & 1023);
        return high | (bit(pte, 0) ? pte & ignored & 0xffff_ffffL : 0);
    }

    private static boolean bit(int word, int number) {
        return (word >>> number & 1) != 0;
    }
}
