package org.pagetrail.recorder.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.pagetrail.traces.event.AccessKind;
import org.pagetrail.traces.ia32.ControlBits;

class PermissionsTest {
    private final Registers registers = new Registers();
    private final Permissions permissions = new Permissions();

    @Test
    void everyRowAndColumnOfTheTruthTableFollowsTheRules() {
        for (int control = 0; control < 1 << 4; control++) {
            for (int cpl = 0; cpl <= 3; cpl++) {
                set(control, cpl);
                for (AccessKind kind : AccessKind.values()) {
                    for (int column = 0; column < 8; column++) {
                        check(kind, column);
                    }
                }
            }
        }
    }

    private void set(int control, int cpl) {
        registers.cr0 = (control & 1) != 0 ? ControlBits.CR0_WP : 0;
        registers.cr4 =
                ((control & 2) != 0 ? ControlBits.CR4_SMEP : 0) | ((control & 4) != 0 ? ControlBits.CR4_SMAP : 0);
        registers.ac = (control & 8) != 0;
        registers.cpl = cpl;
        permissions.update(registers);
    }

    private void check(AccessKind kind, int column) {
        boolean allowed = PlainTranslation.allowed(registers, kind, (column & 1) != 0, (column & 2) != 0);
        boolean dirty = (column & 4) != 0;
        boolean served = allowed && (kind != AccessKind.WRITE || dirty);
        String where = kind + " column " + column + " cr0 " + registers.cr0 + " cr4 " + registers.cr4 + " cpl "
                + registers.cpl + " ac " + registers.ac;
        assertEquals(allowed, permissions.allows(kind.ordinal(), column), where);
        long[] uses = new long[TranslationCache.STATE_MASK + 1];
        new Permissions().uses(registers, uses);
        long use = Access.use(kind.ordinal(), Permissions.manner(registers));
        assertEquals(served, (uses[column] & use) != 0, where);
    }
}
