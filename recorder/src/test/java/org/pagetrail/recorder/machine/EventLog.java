package org.pagetrail.recorder.machine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.pagetrail.traces.event.EventCatalog;
import org.pagetrail.traces.event.FlatEvents;

/** The events of a test's machine, kept in order, and shown to a watcher as each arrives. */
final class EventLog extends FlatEvents {
    private final List<Told> told = new ArrayList<>();
    private Consumer<Told> watcher = event -> {};

    /** One event with its fields in declared order, the tick left out. */
    record Told(int id, long tick, long[] fields) {
        long field(int index) {
            return fields[index];
        }

        @Override
        public String toString() {
            return EventCatalog.get().byId(id).name() + Arrays.toString(fields);
        }
    }

    @Override
    protected void event(int id, long tick, long[] fields, int count, String text) {
        Told event = new Told(id, tick, Arrays.copyOf(fields, count));
        told.add(event);
        watcher.accept(event);
    }

    /** Who sees each event at the moment when it is told. */
    void watch(Consumer<Told> newWatcher) {
        watcher = newWatcher;
    }

    List<Told> all() {
        return told;
    }

    void clear() {
        told.clear();
    }

    /** The events of this number. */
    List<Told> of(int id) {
        return told.stream().filter(event -> event.id() == id).toList();
    }

    int count(int id) {
        return of(id).size();
    }

    /** The only event of this number. */
    Told only(int id) {
        List<Told> found = of(id);
        if (found.size() != 1) {
            throw new AssertionError(
                    "expected one " + EventCatalog.get().byId(id).name() + ", told were " + told);
        }
        return found.get(0);
    }

    /** The numbers of the events in order. */
    List<Integer> ids() {
        return told.stream().map(Told::id).toList();
    }
}
