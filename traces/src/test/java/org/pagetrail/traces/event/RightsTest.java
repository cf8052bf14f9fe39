package org.pagetrail.traces.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class RightsTest {
    @Test
    void theColumnsAreReadWriteExecuteUser() {
        assertEquals("----", Rights.text(0));
        assertEquals("r---", Rights.text(Rights.READ));
        assertEquals("-w--", Rights.text(Rights.WRITE));
        assertEquals("--x-", Rights.text(Rights.EXECUTE));
        assertEquals("---u", Rights.text(Rights.USER));
        assertEquals("r-x-", Rights.text(Rights.READ | Rights.EXECUTE));
        assertEquals("rwxu", Rights.text(15));
    }

    @Test
    void everySetIsReadBack() {
        for (int rights = 0; rights < 16; rights++) {
            assertEquals(rights, Rights.parse(Rights.text(rights)));
        }
    }

    @Test
    void otherBitsAndOtherFormsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> Rights.text(16));
        assertThrows(IllegalArgumentException.class, () -> Rights.text(-1));
        for (String text : new String[] {"", "rwx", "RWXU", "wr--", "rwxu ", "rw-x"}) {
            assertThrows(IllegalArgumentException.class, () -> Rights.parse(text));
        }
        assertThrows(IllegalArgumentException.class, () -> Rights.parse(null));
    }

    @Test
    void aSetHasARightWhenItHasAllItsBits() {
        assertTrue(Rights.has(Rights.READ | Rights.WRITE, Rights.WRITE));
        assertTrue(Rights.has(Rights.READ | Rights.WRITE, Rights.READ | Rights.WRITE));
        assertFalse(Rights.has(Rights.READ, Rights.READ | Rights.WRITE));
        assertTrue(Rights.has(0, 0));
    }
}
