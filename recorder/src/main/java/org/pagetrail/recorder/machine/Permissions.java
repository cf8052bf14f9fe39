package org.pagetrail.recorder.machine;

import java.util.Arrays;
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

    private static final int USER_LEVEL = 3;

    private final int[] allowed = new int[3];

    /** Works the rows out anew. */
    void update(Registers registers) {
        update(registers.cr0, registers.cr4, registers.cpl == USER_LEVEL, registers.ac);
    }

    private void update(int cr0, int cr4, boolean user, boolean ac) {
        boolean protect = user || (cr0 & ControlBits.CR0_WP) != 0;
        boolean prevented = (cr4 & ControlBits.CR4_SMAP) != 0 && !ac;
        int data = user ? USER : prevented ? ~USER & ALL : ALL;
        allowed[READ] = data;
        allowed[WRITE] = protect ? data & WRITABLE : data;
        allowed[FETCH] = user ? USER : (cr4 & ControlBits.CR4_SMEP) != 0 ? ~USER & ALL : ALL;
    }

    /** In which manner accesses are made now, as {@link Access} has it. */
    static long manner(Registers registers) {
        return registers.cpl == USER_LEVEL
                ? Access.AS_USER
                : registers.ac ? Access.AS_SUPERVISOR_WITH_AC : Access.AS_SUPERVISOR;
    }

    /**
     * Works out for which uses a TLB entry serves as it is, in every manner; the rows are then those of the last manner.
     *
     * @param uses by the rights and D of the entry: bits of {@link Access}
     */
    void uses(Registers registers, long[] uses) {
        Arrays.fill(uses, 0);
        add(registers, uses, true, false, Access.AS_USER);
        add(registers, uses, false, false, Access.AS_SUPERVISOR);
        add(registers, uses, false, true, Access.AS_SUPERVISOR_WITH_AC);
    }

    private void add(Registers registers, long[] uses, boolean user, boolean ac, long manner) {
        update(registers.cr0, registers.cr4, user, ac);
        for (int state = 0; state < uses.length; state++) {
            for (int kind = READ; kind <= FETCH; kind++) {
                int columns = kind == WRITE ? allowed[WRITE] & DIRTY : allowed[kind];
                uses[state] |= (columns >>> state & 1) * Access.use(kind, manner);
            }
        }
    }

    /** Whether a translation with these rights allows an access of this kind. */
    boolean allows(int kind, int state) {
        return (allowed[kind] >>> (state & TranslationCache.STATE_MASK) & 1) != 0;
    }
}
