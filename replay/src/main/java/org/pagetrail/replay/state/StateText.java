package org.pagetrail.replay.state;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.pagetrail.traces.event.ByteSize;
import org.pagetrail.traces.event.ControlRegister;
import org.pagetrail.traces.event.DescriptorTable;
import org.pagetrail.traces.event.EventCatalog;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.event.Tlb;
import org.pagetrail.traces.ia32.ControlBits;
import org.pagetrail.traces.ia32.Entries;

/** A machine's state as text for people, within 100 columns where names are short. */
public final class StateText {
    private static final String NONE = "-";

    /** Physical places of window pages that are no run. */
    private static final String SCATTERED = "(page tables)";

    private final MachineState state;
    private final List<MapRegion> regions;
    private final int pageShift;
    private final StringBuilder out = new StringBuilder();

    private StateText(MachineState state, List<MapRegion> regions) {
        this.state = state;
        this.regions = regions;
        this.pageShift = state.pagingMode().shift(1);
    }

    /** The state; maps name the regions and are cut at their borders. Ends with a line feed. */
    public static String of(MachineState state, List<MapRegion> regions) {
        StateText text = new StateText(state, regions);
        text.heading();
        text.registers();
        text.firmware();
        text.addressSpaces();
        text.processes();
        text.maps();
        text.tlbs();
        text.walkCache();
        text.frames();
        return text.out.toString();
    }

    private void heading() {
        if (state.events() == 0) {
            line("Before the first event");
        } else {
            line("After event %,d, at tick %,d%s%s", state.ordinal(), state.tick(), where(), stop());
        }
        if (state.contradictions() != 0) {
            line(
                    "%s what came before, the first is event %,d: the trace is not sound",
                    state.contradictions() == 1
                            ? "1 event contradicts"
                            : count((int) state.contradictions(), "event") + " contradict",
                    state.firstContradiction().orElse(-1));
        }
    }

    private String where() {
        if (state.phase() != null) {
            return ", in phase " + state.phase();
        }
        return state.lastPhaseEnded() == null ? "" : ", after phase " + state.lastPhaseEnded();
    }

    private String stop() {
        return state.stopped() == null ? "" : "; stopped: " + EventCatalog.code(state.stopped());
    }

    private void registers() {
        title("Registers");
        long cr0 = state.register(ControlRegister.CR0);
        long cr3 = state.register(ControlRegister.CR3);
        long cr4 = state.register(ControlRegister.CR4);
        register(
                "cr0",
                cr0,
                bit(cr0, ControlBits.CR0_PG, "PG")
                        + bit(cr0, ControlBits.CR0_WP, "WP")
                        + bit(cr0, ControlBits.CR0_PE, "PE"));
        register("cr2", state.cr2(), "");
        register("cr3", cr3, bit(cr3, Entries.CACHE_DISABLE, "PCD") + bit(cr3, Entries.WRITE_THROUGH, "PWT"));
        register(
                "cr4",
                cr4,
                bit(cr4, ControlBits.CR4_SMAP, "SMAP")
                        + bit(cr4, ControlBits.CR4_SMEP, "SMEP")
                        + bit(cr4, ControlBits.CR4_PGE, "PGE")
                        + bit(cr4, ControlBits.CR4_PAE, "PAE")
                        + bit(cr4, ControlBits.CR4_PSE, "PSE"));
        for (DescriptorTable table : DescriptorTable.values()) {
            DescriptorTableRegister at = state.descriptorTable(table);
            if (at != null) {
                String handler = at.handler() == 0 ? "" : ", #PF to " + hex(at.handler());
                register(EventCatalog.code(table), at.linear(), " limit " + hex(at.limit()) + handler);
            }
        }
        OptionalLong stack = state.stackPage();
        line("  %-6s %s", "stack", stack.isPresent() ? "page " + frame(stack.getAsLong()) : "not told yet");
        line("  %-6s %s", "mode", EventCatalog.code(state.mode()));
    }

    private void register(String name, long value, String meaning) {
        line("  %-6s %s %s", name, hex(value), meaning);
    }

    private static String bit(long value, int bit, String name) {
        return (value & bit) == 0 ? "" : " " + name;
    }

    private void firmware() {
        if (!state.memoryRegions().isEmpty()) {
            title("Physical memory as reported");
            for (MemoryRegion region : state.memoryRegions()) {
                line(
                        "  %-22s %9s  %s",
                        range(region.physical(), region.size()),
                        ByteSize.text(region.size()),
                        EventCatalog.code(region.type()));
            }
        }
        if (!state.kernelSegments().isEmpty() || !state.modules().isEmpty()) {
            title("Loaded by the boot loader");
            for (KernelSegment segment : state.kernelSegments()) {
                line(
                        "  %-22s %9s  kernel %s at %s",
                        range(segment.physical(), segment.memorySize()),
                        ByteSize.text(segment.memorySize()),
                        Rights.text(segment.rights()),
                        hex(segment.linear()));
            }
            for (LoadedModule module : state.modules()) {
                line(
                        "  %-22s %9s  module %s",
                        range(module.physical(), module.size()), ByteSize.text(module.size()), module.name());
            }
        }
    }

    private void addressSpaces() {
        title("Address spaces");
        if (state.addressSpaces().isEmpty()) {
            line("  none");
            return;
        }
        line("  %-10s  %5s  %-6s  %s", "directory", "pid", "loaded", "name");
        for (AddressSpace space : state.addressSpaces()) {
            line(
                    "  %s  %5d  %-6s  %s",
                    frame(space.directory()), space.pid(), space.loaded() ? "yes" : "no", space.name());
        }
    }

    private void processes() {
        if (state.processes().isEmpty()) {
            return;
        }
        title("Processes");
        line("  %5s  %6s  %-10s  %-10s  %-12s  %s", "pid", "parent", "directory", "break", "state", "name");
        for (ProcessState process : state.processes()) {
            OptionalLong end = process.programBreak();
            line(
                    "  %5d  %6d  %-10s  %-10s  %-12s  %s",
                    process.pid(),
                    process.parent(),
                    frame(process.directory()),
                    end.isPresent() ? hex(end.getAsLong()) : NONE,
                    process.exited() ? "exited " + process.status() : "alive",
                    process.name());
        }
    }

    private void maps() {
        OptionalLong loaded = state.loadedDirectory();
        Set<MapRange> alreadyShown = new HashSet<>();
        if (loaded.isPresent()) {
            List<MapRange> map = MemoryMap.of(state, loaded.getAsLong(), regions);
            title("Map of %s, loaded", directory(loaded.getAsLong()));
            map(map);
            alreadyShown.addAll(map);
        }
        for (long root : state.liveFrames()) {
            if (state.isRoot(root) && (loaded.isEmpty() || root != loaded.getAsLong())) {
                List<MapRange> map = new ArrayList<>(MemoryMap.of(state, root, regions));
                boolean shorter = map.removeIf(alreadyShown::contains);
                title(
                        "Map of %s, not loaded%s",
                        directory(root), shorter ? "; what the loaded one has too left out" : "");
                map(map);
            }
        }
    }

    private String directory(long directory) {
        AddressSpace space = state.addressSpace(directory);
        return frame(directory) + (space == null ? "" : " (" + space.name() + ")");
    }

    private void map(List<MapRange> map) {
        if (map.isEmpty()) {
            line("  nothing");
            return;
        }
        line(
                "  %-21s  %-21s  %8s  %4s  %-4s  %-6s  %s",
                "linear", "physical", "size", "page", "rwxu", "flags", "region");
        for (int at = 0; at < map.size(); ) {
            MapRange range = map.get(at++);
            MapRange last = range;
            // Tables lie anywhere: what the window shows of them is one line, wherever they are.
            while (range.derived() && at < map.size() && last.continuesInto(map.get(at))) {
                last = map.get(at++);
            }
            String physical = last.equals(range) ? range(range.physical(), range.bytes()) : SCATTERED;
            long bytes = last.last() - range.first() + 1;
            line(
                    "  %-21s  %-21s  %8s  %4s  %-4s  %-6s  %s",
                    range(range.first(), bytes),
                    physical,
                    ByteSize.text(bytes),
                    ByteSize.text(range.pageBytes()),
                    Rights.text(range.rights()),
                    (range.global() ? "G" : "") + (range.derived() ? "window" : ""),
                    range.region() == null ? NONE : range.region());
        }
    }

    private void tlbs() {
        for (Tlb which : Tlb.values()) {
            TranslationCache tlb = state.tlb(which);
            if (tlb != null) {
                title(
                        "TLB %s: %,d of %,d entries valid, %s of %s",
                        EventCatalog.code(which),
                        tlb.size(),
                        tlb.sets() * tlb.ways(),
                        count(tlb.sets(), "set"),
                        count(tlb.ways(), "way"));
                if (tlb.size() != 0) {
                    line(
                            "  %4s  %3s  %-10s  %-10s  %-10s  %-4s  %s",
                            "set", "way", "page", "pde", "pte", "rwxu", "flags");
                    entries(tlb);
                }
            }
        }
    }

    private void entries(TranslationCache tlb) {
        for (int set = 0; set < tlb.sets(); set++) {
            for (int way = 0; way < tlb.ways(); way++) {
                if (tlb.valid(set, way)) {
                    boolean large = tlb.large(set, way);
                    line(
                            "  %4d  %3d  %s  %s  %-10s  %s  %s",
                            set,
                            way,
                            frame(tlb.page(set, way)),
                            hex(tlb.pde(set, way)),
                            large ? NONE : hex(tlb.pte(set, way)),
                            Rights.text(tlb.rights(set, way)),
                            (tlb.global(set, way) ? "G" : "")
                                    + (tlb.dirty(set, way) ? "D" : "")
                                    + (large ? " large" : ""));
                }
            }
        }
    }

    private void walkCache() {
        if (state.walkCacheSets() == 0) {
            return;
        }
        title("Walk cache: %s of %s", count(state.walkCacheSets(), "set"), count(state.walkCacheWays(), "way"));
        boolean empty = true;
        for (int set = 0; set < state.walkCacheSets(); set++) {
            for (int way = 0; way < state.walkCacheWays(); way++) {
                WalkCacheEntry entry = state.walkCacheEntry(set, way);
                if (entry != null) {
                    if (empty) {
                        line("  %4s  %3s  %-10s  %s", "set", "way", "linear", "pde");
                        empty = false;
                    }
                    line("  %4d  %3d  %s  %s", set, way, hex(entry.linear()), hex(entry.entry()));
                }
            }
        }
        if (empty) {
            line("  empty");
        }
    }

    /** Frames of one use, wherever they lie. */
    private static final class Use {
        private long frames;
        private int runs;
        private FrameRun first;

        void add(FrameRun run) {
            frames += run.count();
            runs++;
            first = first == null ? run : first;
        }
    }

    private void frames() {
        Map<String, Use> uses = new LinkedHashMap<>();
        add(uses, "locked", state.lockedRuns());
        add(uses, "allocated", state.allocatedRuns());
        add(uses, "free", state.freeRuns());
        title("Page frames");
        if (uses.isEmpty()) {
            line("  none told yet");
            return;
        }
        line("  %-9s  %9s  %8s  %6s  %-21s  %s", "state", "frames", "size", "runs", "first run", "use");
        uses.forEach((name, use) -> {
            String[] stateAndUse = name.split(" ", 2);
            line(
                    "  %-9s  %,9d  %8s  %,6d  %s  %s",
                    stateAndUse[0],
                    use.frames,
                    ByteSize.text(use.frames << pageShift),
                    use.runs,
                    range(use.first.first() << pageShift, use.first.count() << pageShift),
                    stateAndUse[1]);
        });
        long[] shared = state.sharedFrames();
        if (shared.length != 0) {
            line("  %s told to have had more than one user", count(shared.length, "frame"));
        }
        line("  %s live", count(state.liveCount(), "paging structure"));
    }

    private static void add(Map<String, Use> uses, String kind, List<FrameRun> runs) {
        for (FrameRun run : runs) {
            String use = run.use() == null ? "" : run.use();
            uses.computeIfAbsent(kind + " " + use, name -> new Use()).add(run);
        }
    }

    private void title(String format, Object... arguments) {
        line("");
        line(format, arguments);
    }

    /** A line without trailing blanks. */
    private void line(String format, Object... arguments) {
        out.append(String.format(Locale.ROOT, format, arguments).stripTrailing())
                .append('\n');
    }

    private String frame(long number) {
        return hex(number << pageShift);
    }

    private static String count(int number, String what) {
        return String.format(Locale.ROOT, "%,d %s%s", number, what, number == 1 ? "" : "s");
    }

    private static String range(long first, long bytes) {
        return hex(first) + "-" + hex(first + Math.max(bytes, 1) - 1);
    }

    private static String hex(long value) {
        return String.format(Locale.ROOT, "0x%08x", value);
    }
}
