package org.pagetrail.cli;

import java.util.Locale;
import org.pagetrail.traces.event.EventId;

/** The names of events without the catalog, whose reading of annotations would cost a short command its start. */
final class EventNames {
    private static final String[] NAMES = new String[EventId.LIMIT];

    static {
        for (java.lang.reflect.Field field : EventId.class.getFields()) {
            try {
                int id = field.getInt(null);
                if (id < NAMES.length) {
                    NAMES[id] = field.getName().toLowerCase(Locale.ROOT).replace('_', '-');
                }
            } catch (IllegalAccessException e) {
                throw new IllegalStateException("its fields are public", e);
            }
        }
    }

    private EventNames() {}

    static String of(int id) {
        return NAMES[id];
    }
}
