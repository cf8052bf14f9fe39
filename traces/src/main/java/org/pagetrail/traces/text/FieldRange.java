package org.pagetrail.traces.text;

import org.pagetrail.traces.event.EventField;
import org.pagetrail.traces.event.Rights;

/** The values that a field of each kind can have, for the reader and the writer of the portable trace alike. */
final class FieldRange {
    private static final int LAST_PRIVILEGE = 3;
    private static final int ALL_RIGHTS = Rights.READ | Rights.WRITE | Rights.USER | Rights.EXECUTE;

    private FieldRange() {}

    /** Whether {@code value} is one that the field can have; whether a symbol is defined is not asked. */
    static boolean holds(EventField field, long value) {
        return switch (field.kind()) {
            case LINEAR, PHYSICAL, ENTRY, VALUE -> true;
            case PAGE, FRAME -> value >= 0 && value <= JsonLines.LAST_PAGE;
            case COUNT, BYTES -> value >= 0;
            case INDEX, PID, SYMBOL, ERROR_CODE -> value >= 0 && value <= Integer.MAX_VALUE;
            case OPTIONAL_INDEX -> value >= -1 && value <= Integer.MAX_VALUE;
            case LEVEL -> value >= 1 && value <= Integer.MAX_VALUE;
            case PRIVILEGE -> value >= 0 && value <= LAST_PRIVILEGE;
            case FLAG -> value == 0 || value == 1;
            case RIGHTS -> value >= 0 && value <= ALL_RIGHTS;
            case CODE -> value >= 0 && value < field.codes().size();
        };
    }
}
