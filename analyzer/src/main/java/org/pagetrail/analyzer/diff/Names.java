package org.pagetrail.analyzer.diff;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.pagetrail.replay.state.MachineState;
import org.pagetrail.replay.state.MapRange;
import org.pagetrail.replay.state.MapRegion;
import org.pagetrail.replay.state.MemoryMap;
import org.pagetrail.traces.event.EventId;

/** What a recording has named so far: symbols, and address spaces by process, name and order of creation. */
final class Names {
    /** The directory in CR3 when it belongs to no address space. */
    private static final String UNNAMED = "loaded directory";

    private final Map<Long, String> symbols = new HashMap<>();
    private final Map<Long, String> spaces = new LinkedHashMap<>();

    void note(int id, long[] fields, String text) {
        switch (id) {
            case EventId.SYMBOL_DEFINED -> symbols.put(fields[0], text);
            case EventId.ADDRESS_SPACE_CREATED -> {
                spaces.remove(fields[0]);
                spaces.put(fields[0], unused(spaceName(fields[1], symbol(fields[2]))));
            }
            default -> {}
        }
    }

    /** An address space is no more, after its last event got its key. */
    void forget(int id, long... fields) {
        if (id == EventId.ADDRESS_SPACE_RETIRED) {
            spaces.remove(fields[0]);
        }
    }

    private static String spaceName(long pid, String name) {
        return pid == 0 ? name : name + " (pid " + pid + ")";
    }

    private String unused(String name) {
        String free = name;
        for (int i = 2; spaces.containsValue(free); i++) {
            free = name + " #" + i;
        }
        return free;
    }

    String symbol(long id) {
        String text = symbols.get(id);
        return text == null ? "#" + id : text;
    }

    /** The name of the address space of a directory, the same for all directories that belong to none. */
    String space(long directory) {
        return spaces.getOrDefault(directory, UNNAMED);
    }

    /** What each address space maps, in the order in which they were created. */
    Map<String, List<MapRange>> maps(MachineState state, List<MapRegion> regions) {
        Map<String, List<MapRange>> maps = new LinkedHashMap<>();
        List<Long> directories = new ArrayList<>(spaces.keySet());
        state.loadedDirectory().ifPresent(loaded -> {
            if (!spaces.containsKey(loaded)) {
                directories.add(loaded);
            }
        });
        for (long directory : directories) {
            maps.put(space(directory), MemoryMap.of(state, directory, regions));
        }
        return maps;
    }
}
