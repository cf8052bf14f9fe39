package org.pagetrail.replay.state;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.pagetrail.traces.event.ControlRegister;
import org.pagetrail.traces.event.DescriptorTable;
import org.pagetrail.traces.event.EventCatalog;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.event.Tlb;

/**
 * A machine's state as JSON in one order of fields.
 *
 * <p>Addresses, entries and register values are strings of eight hexadecimal digits or more; pages and frames are given by
 * their first address; counts and indexes are numbers; what is not known is null.
 */
public final class StateJson {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final MachineState state;
    private final List<MapRegion> regions;
    private final int pageShift;

    private StateJson(MachineState state, List<MapRegion> regions) {
        this.state = state;
        this.regions = regions;
        this.pageShift = state.pagingMode().shift(1);
    }

    /** The state; the map of each directory names the regions and is cut at their borders. */
    public static ObjectNode of(MachineState state, List<MapRegion> regions) {
        return new StateJson(state, regions).all();
    }

    /** The same as indented text with line feeds, the last included. */
    public static String text(MachineState state, List<MapRegion> regions) {
        DefaultIndenter lines = new DefaultIndenter("  ", "\n");
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter(
                Separators.createDefaultInstance().withObjectFieldValueSpacing(Separators.Spacing.AFTER));
        printer.indentObjectsWith(lines);
        printer.indentArraysWith(lines);
        try {
            return new ObjectMapper().writer(printer).writeValueAsString(of(state, regions)) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of numbers and texts can be written", e);
        }
    }

    private ObjectNode all() {
        ObjectNode json = JSON.objectNode();
        json.put("ordinal", state.ordinal());
        json.put("tick", state.tick());
        json.put("phase", state.phase());
        json.put("lastPhaseEnded", state.lastPhaseEnded());
        json.put("stopped", state.stopped() == null ? null : EventCatalog.code(state.stopped()));
        json.put("contradictions", state.contradictions());
        json.set("registers", registers());
        json.set("addressSpaces", addressSpaces());
        json.set("maps", maps());
        json.set("tlbs", tlbs());
        json.set("walkCache", walkCache());
        json.set("frames", frames());
        json.set("firmware", firmware());
        json.set("processes", processes());
        return json;
    }

    private ObjectNode registers() {
        ObjectNode json = JSON.objectNode();
        json.put("cr0", hex(state.register(ControlRegister.CR0)));
        json.put("cr2", hex(state.cr2()));
        json.put("cr3", hex(state.register(ControlRegister.CR3)));
        json.put("cr4", hex(state.register(ControlRegister.CR4)));
        for (DescriptorTable table : DescriptorTable.values()) {
            DescriptorTableRegister register = state.descriptorTable(table);
            ObjectNode place = JSON.objectNode();
            if (register != null) {
                place.put("linear", hex(register.linear()));
                place.put("limit", register.limit());
                if (register.handler() != 0) {
                    place.put("handler", hex(register.handler()));
                }
            }
            json.set(EventCatalog.code(table), register == null ? JSON.nullNode() : place);
        }
        json.put("stackPage", page(state.stackPage()));
        json.put("mode", EventCatalog.code(state.mode()));
        return json;
    }

    private ArrayNode addressSpaces() {
        ArrayNode array = JSON.arrayNode();
        for (AddressSpace space : state.addressSpaces()) {
            ObjectNode json = array.addObject();
            json.put("directory", frame(space.directory()));
            json.put("pid", space.pid());
            json.put("name", space.name());
            json.put("loaded", space.loaded());
        }
        return array;
    }

    private ArrayNode maps() {
        ArrayNode array = JSON.arrayNode();
        for (long directory : state.liveFrames()) {
            if (state.isRoot(directory)) {
                ObjectNode json = array.addObject();
                json.put("directory", frame(directory));
                ArrayNode ranges = json.putArray("ranges");
                MemoryMap.of(state, directory, regions).forEach(range -> range(ranges.addObject(), range));
            }
        }
        return array;
    }

    private static void range(ObjectNode json, MapRange range) {
        json.put("first", hex(range.first()));
        json.put("last", hex(range.last()));
        json.put("physical", hex(range.physical()));
        json.put("pageBytes", range.pageBytes());
        json.put("rights", Rights.text(range.rights()));
        json.put("global", range.global());
        json.put("derived", range.derived());
        json.put("region", range.region());
    }

    private ArrayNode tlbs() {
        ArrayNode array = JSON.arrayNode();
        for (Tlb which : Tlb.values()) {
            TranslationCache tlb = state.tlb(which);
            if (tlb != null) {
                ObjectNode json = array.addObject();
                json.put("tlb", EventCatalog.code(which));
                json.put("sets", tlb.sets());
                json.put("ways", tlb.ways());
                entries(tlb, json.putArray("entries"));
            }
        }
        return array;
    }

    private void entries(TranslationCache tlb, ArrayNode array) {
        for (int set = 0; set < tlb.sets(); set++) {
            for (int way = 0; way < tlb.ways(); way++) {
                if (tlb.valid(set, way)) {
                    ObjectNode json = array.addObject();
                    json.put("set", set);
                    json.put("way", way);
                    json.put("page", frame(tlb.page(set, way)));
                    json.put("large", tlb.large(set, way));
                    json.put("pde", hex(tlb.pde(set, way)));
                    json.put("pte", hex(tlb.pte(set, way)));
                    json.put("rights", Rights.text(tlb.rights(set, way)));
                    json.put("dirty", tlb.dirty(set, way));
                    json.put("global", tlb.global(set, way));
                }
            }
        }
    }

    private ArrayNode walkCache() {
        ArrayNode array = JSON.arrayNode();
        for (int set = 0; set < state.walkCacheSets(); set++) {
            for (int way = 0; way < state.walkCacheWays(); way++) {
                WalkCacheEntry entry = state.walkCacheEntry(set, way);
                if (entry != null) {
                    ObjectNode json = array.addObject();
                    json.put("set", set);
                    json.put("way", way);
                    json.put("linear", hex(entry.linear()));
                    json.put("entry", hex(entry.entry()));
                }
            }
        }
        return array;
    }

    private ObjectNode frames() {
        ObjectNode json = JSON.objectNode();
        runs(json.putArray("allocated"), state.allocatedRuns());
        runs(json.putArray("locked"), state.lockedRuns());
        runs(json.putArray("free"), state.freeRuns());
        ArrayNode shared = json.putArray("shared");
        for (long frame : state.sharedFrames()) {
            ObjectNode share = shared.addObject();
            share.put("frame", frame(frame));
            share.put("references", state.shareCount(frame));
        }
        ArrayNode structures = json.putArray("pagingStructures");
        for (long frame : state.liveFrames()) {
            structures.add(frame(frame));
        }
        return json;
    }

    private void runs(ArrayNode array, List<FrameRun> runs) {
        for (FrameRun run : runs) {
            ObjectNode json = array.addObject();
            json.put("frame", frame(run.first()));
            json.put("count", run.count());
            if (run.use() != null) {
                json.put("use", run.use());
            }
        }
    }

    private ObjectNode firmware() {
        ObjectNode json = JSON.objectNode();
        ArrayNode regionArray = json.putArray("regions");
        for (MemoryRegion region : state.memoryRegions()) {
            ObjectNode one = regionArray.addObject();
            one.put("physical", hex(region.physical()));
            one.put("size", region.size());
            one.put("type", EventCatalog.code(region.type()));
        }
        ArrayNode modules = json.putArray("modules");
        for (LoadedModule module : state.modules()) {
            ObjectNode one = modules.addObject();
            one.put("physical", hex(module.physical()));
            one.put("size", module.size());
            one.put("name", module.name());
        }
        ArrayNode segments = json.putArray("kernelSegments");
        for (KernelSegment segment : state.kernelSegments()) {
            ObjectNode one = segments.addObject();
            one.put("physical", hex(segment.physical()));
            one.put("linear", hex(segment.linear()));
            one.put("fileSize", segment.fileSize());
            one.put("memorySize", segment.memorySize());
            one.put("rights", Rights.text(segment.rights()));
        }
        return json;
    }

    private ArrayNode processes() {
        ArrayNode array = JSON.arrayNode();
        for (ProcessState process : state.processes()) {
            ObjectNode json = array.addObject();
            json.put("pid", process.pid());
            json.put("parent", process.parent());
            json.put("directory", frame(process.directory()));
            json.put("name", process.name());
            json.put("exited", process.exited());
            json.put("status", process.status());
            OptionalLong end = process.programBreak();
            json.put("programBreak", end.isPresent() ? hex(end.getAsLong()) : null);
            ArrayNode segments = json.putArray("segments");
            for (UserSegment segment : process.segments()) {
                ObjectNode one = segments.addObject();
                one.put("linear", hex(segment.linear()));
                one.put("fileSize", segment.fileSize());
                one.put("memorySize", segment.memorySize());
                one.put("rights", Rights.text(segment.rights()));
            }
            ArrayNode libraries = json.putArray("libraries");
            for (MappedLibrary library : process.libraries()) {
                ObjectNode one = libraries.addObject();
                one.put("linear", hex(library.linear()));
                one.put("size", library.size());
                one.put("rights", Rights.text(library.rights()));
                one.put("name", library.name());
            }
        }
        return array;
    }

    private String frame(long number) {
        return hex(number << pageShift);
    }

    private String page(OptionalLong number) {
        return number.isPresent() ? frame(number.getAsLong()) : null;
    }

    private static String hex(long value) {
        return String.format(Locale.ROOT, "0x%08x", value);
    }
}
