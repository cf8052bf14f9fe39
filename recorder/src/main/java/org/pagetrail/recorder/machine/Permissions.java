package org.pagetrail.recorder.machine;

import org.pagetrail.traces.event.AccessKind;
import org.pagetrail.traces.ia32.ControlBits;

/**
 * What an access may do to a page, as a truth table (SDM volume 3A, 4.6.1).
 *
 * <p>A row is an access kind under the control bits and privilege of the moment, a column is what the translation allows: the
 * AND over both levels of R/W and U/S. D is a third column bit, since a write is served only by a translation that has it.
 * Bits 2:0 of a column number are D, U/S and R/W.
 */
final class Permissions {
    private static final int READ = AccessKind.READ.ordinal();
    private static final int WRITE = AccessKind.WRITE.ordinal();
    private static final int FETCH = AccessKind.FETCH.ordinal();

    /** Columns in which R/W is set. */
    private static final int WRITABLE = 0b1010_1010;

    /** Columns in which U/S is set. */
    private static final int USER = 0b1100_1100;

    /** Columns in which D is set. */
    private static final int DIRTY = 0b1111_0000;

    private static final int ALL = 0b1111_1111;

    private final int[] allowed = new int[3];

    /** Works the rows out anew. */
    void update(Registers registers) {
        boolean user = registers.cpl == 3;
        boolean protect = user || (registers.cr0 & ControlBits.CR0_WP) != 0;
        int data = data(registers, user);
        int fetch = user ? USER : (registers.cr4 & ControlBits.CR4_SMEP) != 0 ? ~USER & ALL : ALL;
        allowed[READ] = data;
        allowed[WRITE] = protect ? data & WRITABLE : data;
        allowed[FETCH] = fetch;
    }

    private static int data(Registers registers, boolean user) {
        if (user) {
            return USER;
        }
        return (registers.cr4 & ControlBits.CR4_SMAP) != 0 && !registers.ac ? ~USER & ALL : ALL;
    }

    /** The columns under which a TLB entry serves an access of this kind as it is. */
    int served(int kind) {
        return kind == WRITE ? allowed[WRITE] & DIRTY : allowed[kind];
    }

    /** Whether a translation with these rights allows an access of this kind. */
    boolean allows(int kind, int state) {
        return (allowed[kind] >>> (state & TranslationCache.STATE_MASK) & 1) != 0;
    }
}
