package org.pagetrail.analyzer.diff;

import java.util.Arrays;
import java.util.List;
import org.pagetrail.traces.event.EventCatalog;
import org.pagetrail.traces.event.EventField;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.EventType;
import org.pagetrail.traces.event.FieldKind;
import org.pagetrail.traces.event.FillCause;

/**
 * What makes two events stand for each other: kind and the fields that say what the event is about. No frame is among them.
 *
 * <p>Two events with one key whose other fields differ are one changed event; an event whose key has no counterpart was added or removed.
 */
final class EventKeys {
    private static final String[] NO_FIELDS = {};
    private static final String[] ENTRY = {"linear", "slot", "level", "directory"};
    private static final long MULTIPLIER = 0x9e3779b97f4a7c15L;

    /** By event number: the positions of the fields that are part of the key. */
    private static final int[][] FIELDS = new int[EventId.LIMIT][];

    private static final EventField[][] DESCRIBED = new EventField[EventId.LIMIT][];

    static {
        for (EventType type : EventCatalog.get().types()) {
            List<String> names = type.fields().stream().map(EventField::name).toList();
            DESCRIBED[type.id()] = type.fields().toArray(EventField[]::new);
            FIELDS[type.id()] = Arrays.stream(names(type.id()))
                    .mapToInt(name -> position(names, name))
                    .toArray();
        }
    }

    private EventKeys() {}

    private static int position(List<String> names, String name) {
        int position = names.indexOf(name);
        if (position < 0) {
            throw new IllegalStateException("no event field has the name " + name);
        }
        return position;
    }

    private static String[] names(int id) {
        return switch (id) {
            case EventId.PHASE_BEGAN, EventId.PHASE_ENDED -> new String[] {"symbol"};
            case EventId.MEMORY_REGION_REPORTED -> new String[] {"physical"};
            case EventId.MODULE_LOADED -> new String[] {"name"};
            case EventId.KERNEL_SEGMENT_LOADED -> new String[] {"linear"};
            case EventId.CONTROL_REGISTER_WRITTEN -> new String[] {"register"};
            case EventId.DESCRIPTOR_TABLE_LOADED -> new String[] {"table"};
            case EventId.MODE_SWITCHED -> new String[] {"from", "to"};
            case EventId.ADDRESS_SPACE_CREATED, EventId.ADDRESS_SPACE_RETIRED, EventId.ADDRESS_SPACE_SWITCHED ->
                new String[] {"pid", "symbol"};
            case EventId.PAGE_MAPPED,
                    EventId.PAGE_UNMAPPED,
                    EventId.PAGE_REMAPPED,
                    EventId.PAGE_PROTECTED,
                    EventId.TABLE_LINKED,
                    EventId.TABLE_UNLINKED,
                    EventId.TABLE_RELINKED,
                    EventId.TABLE_PROTECTED,
                    EventId.PAGE_SPLIT,
                    EventId.PAGE_MERGED,
                    EventId.ENTRY_MARKED -> ENTRY;
            case EventId.TLB_FILLED -> new String[] {"page", "cause"};
            case EventId.WALK_CACHE_FILLED, EventId.PAGE_FAULTED, EventId.PAGE_FAULT_RESOLVED ->
                new String[] {"linear"};
            case EventId.TLB_INVALIDATED -> new String[] {"cause", "linear"};
            case EventId.TLB_FLUSHED -> new String[] {"cause"};
            case EventId.CHANGED_ENTRY_USED, EventId.ACCESSED -> new String[] {"linear", "kind"};
            case EventId.FRAMES_ALLOCATED, EventId.FRAMES_FREED, EventId.FRAMES_LOCKED -> new String[] {"use"};
            case EventId.PROCESS_CREATED -> new String[] {"pid", "name"};
            case EventId.USER_SEGMENT_LOADED -> new String[] {"pid", "linear"};
            case EventId.LIBRARY_MAPPED -> new String[] {"pid", "name"};
            case EventId.PROGRAM_BREAK_MOVED, EventId.PROCESS_EXITED -> new String[] {"pid"};
            default -> NO_FIELDS;
        };
    }

    /** What the events of this number have, in declared order. */
    static EventField[] fields(int id) {
        return DESCRIBED[id];
    }

    /** The position of a field. */
    static int position(int id, String name) {
        return position(
                EventCatalog.get().byId(id).fields().stream()
                        .map(EventField::name)
                        .toList(),
                name);
    }

    /** The key of an event, as a number that no other key has but by an accident of one in 2^64. */
    static long key(int id, long[] fields, Names names) {
        long hash = mix(MULTIPLIER, id);
        for (int position : FIELDS[id]) {
            FieldKind kind = DESCRIBED[id][position].kind();
            long value = fields[position];
            if (kind == FieldKind.SYMBOL) {
                value = hash(names.symbol(value));
            } else if (kind == FieldKind.FRAME) {
                value = hash(names.space(value));
            } else if (id == EventId.TLB_FILLED && kind == FieldKind.CODE) {
                // A first write walks again for a page that the TLB has; which level served a miss is no matter.
                value = value == FillCause.DIRTY.ordinal() ? 1 : 0;
            }
            hash = mix(hash, value);
        }
        return hash;
    }

    /** A text as a number. */
    static long hash(String text) {
        long hash = MULTIPLIER;
        for (int i = 0; i < text.length(); i++) {
            hash = mix(hash, text.charAt(i));
        }
        return hash;
    }

    /** Steele, Lea and Flood's mixing of 64 bits ("Fast Splittable Pseudorandom Number Generators", 2014). */
    private static long mix(long hash, long value) {
        long z = (hash ^ value) * MULTIPLIER;
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }
}
