package org.pagetrail.traces.plan;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.yaml.YamlException;
import org.pagetrail.traces.yaml.YamlNode;

/** A plan as a tree, both ways; its YAML file and the JSON in a trace's header have the same keys. */
final class PlanTree {
    private static final long ADDRESSES = 1L << 32;
    private static final int LAST_SLOT = 1023;

    /** A plan whose parts were read but not compared with each other, and the nodes that they were read from. */
    record Draft(Plan plan, YamlNode root, List<YamlNode> regions, List<YamlNode> bootMappings) {}

    private PlanTree() {}

    /**
     * Reads the parts.
     *
     * @throws YamlException for what cannot be read at all
     */
    static Draft read(YamlNode root) {
        root.only(
                "name",
                "title",
                "ram",
                "kernel-space",
                "recursive-slot",
                "kernel-tables",
                "identity-map",
                "global-pages",
                "regions",
                "unassigned",
                "boot-mappings",
                "locks",
                "steps",
                "temporary-slot",
                "aliases",
                "devices");
        List<YamlNode> regionNodes = root.get("regions").items();
        List<YamlNode> bootNodes = root.get("boot-mappings").items();
        YamlNode kernelSpace = root.get("kernel-space").only("first", "last", "size");
        Plan plan = new Plan(
                root.get("name").text(),
                root.get("title").text(),
                ram(root.get("ram").only("default", "minimum", "preallocate-from")),
                kernelSpace.get("first").address(),
                kernelSpace.get("last").address(),
                (int) root.get("recursive-slot").number(0, LAST_SLOT),
                kernelTables(root.get("kernel-tables").only("strategy", "never-lazy")),
                root.get("identity-map").oneOf("dropped", "kept").equals("kept"),
                root.get("global-pages").oneOf("kernel", "none").equals("kernel"),
                regionNodes.stream().map(PlanTree::region).toList(),
                root.items("unassigned").stream().map(PlanTree::range).toList(),
                bootNodes.stream().map(PlanTree::bootMapping).toList(),
                root.get("locks").items().stream().map(PlanTree::lock).toList(),
                root.get("steps").items().stream().map(PlanTree::step).toList(),
                root.get("temporary-slot").address(),
                root.items("aliases").stream().map(YamlNode::text).toList(),
                root.items("devices").stream().map(PlanTree::device).toList());
        return new Draft(plan, root, regionNodes, bootNodes);
    }

    private static Plan.Ram ram(YamlNode node) {
        return new Plan.Ram(
                node.get("default").size(),
                node.get("minimum").size(),
                node.get("preallocate-from").size());
    }

    private static Plan.KernelTables kernelTables(YamlNode node) {
        boolean preallocated =
                node.get("strategy").oneOf("preallocated", "lazy").equals("preallocated");
        List<Integer> slots = new ArrayList<>();
        for (YamlNode slot : node.items("never-lazy")) {
            slots.add((int) slot.number(0, LAST_SLOT));
        }
        return new Plan.KernelTables(preallocated, List.copyOf(slots));
    }

    private static Region region(YamlNode node) {
        node.only(
                "id", "title", "first", "last", "size", "rights", "image", "grows", "top", "bottom", "guard", "slice");
        YamlNode rights = node.get("rights");
        int allowed;
        try {
            allowed = Rights.parse(rights.text());
        } catch (IllegalArgumentException e) {
            throw new YamlException(rights.where() + ": " + e.getMessage(), e);
        }
        Region.Growth growth = node.has("grows")
                ? Region.Growth.valueOf(
                        node.get("grows").oneOf("up", "down", "none").toUpperCase(Locale.ROOT))
                : Region.Growth.NONE;
        return new Region(
                node.get("id").text(),
                node.get("title").text(),
                node.has("first") ? node.get("first").address() : Region.OPEN,
                node.has("last") ? node.get("last").address() : Region.OPEN,
                allowed,
                node.has("image") && node.get("image").truth(),
                growth,
                node.has("guard") ? node.get("guard").address() : Region.OPEN,
                node.has("slice") ? node.get("slice").size() : 0);
    }

    private static Plan.Range range(YamlNode node) {
        node.only("first", "last");
        return new Plan.Range(node.get("first").address(), node.get("last").address());
    }

    private static Plan.BootMapping bootMapping(YamlNode node) {
        node.only("step", "first", "size", "physical", "page");
        YamlNode size = node.get("size");
        Plan.BootMapping mapping = new Plan.BootMapping(
                node.get("step").oneOf("B1", "B2"),
                node.get("first").address(),
                size.size(),
                node.get("physical").address(),
                node.get("page").size());
        if (mapping.size() == 0 || mapping.first() + mapping.size() > ADDRESSES) {
            throw size.wrong("the mapping is empty or ends above 4 GB", "mend its size");
        }
        return mapping;
    }

    private static Plan.Lock lock(YamlNode node) {
        node.only("step", "what", "physical", "size");
        return new Plan.Lock(
                node.get("step").text(),
                node.get("what").oneOf("kernel", "modules", "boot-information"),
                node.has("physical") ? node.get("physical").address() : Region.OPEN,
                node.has("size") ? node.get("size").size() : 0);
    }

    private static Plan.Step step(YamlNode node) {
        node.only("id", "title");
        return new Plan.Step(node.get("id").text(), node.get("title").text());
    }

    private static Plan.Device device(YamlNode node) {
        node.only("name", "physical", "size");
        return new Plan.Device(
                node.get("name").text(),
                node.get("physical").address(),
                node.get("size").size());
    }

    static ObjectNode toJson(Plan plan) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("name", plan.name());
        json.put("title", plan.title());
        json.putObject("ram")
                .put("default", plan.ram().standard())
                .put("minimum", plan.ram().minimum())
                .put("preallocate-from", plan.ram().preallocateFrom());
        json.putObject("kernel-space")
                .put("first", Addresses.hex(plan.kernelFirst()))
                .put("last", Addresses.hex(plan.kernelLast()));
        json.put("recursive-slot", plan.recursiveSlot());
        ObjectNode tables = json.putObject("kernel-tables");
        tables.put("strategy", plan.kernelTables().preallocated() ? "preallocated" : "lazy");
        ArrayNode neverLazy = tables.putArray("never-lazy");
        plan.kernelTables().neverLazy().forEach(neverLazy::add);
        json.put("identity-map", plan.identityKept() ? "kept" : "dropped");
        json.put("global-pages", plan.globalKernelPages() ? "kernel" : "none");
        ArrayNode regions = json.putArray("regions");
        plan.regions().forEach(region -> put(regions.addObject(), region));
        ArrayNode unassigned = json.putArray("unassigned");
        plan.unassigned().forEach(range -> unassigned
                .addObject()
                .put("first", Addresses.hex(range.first()))
                .put("last", Addresses.hex(range.last())));
        ArrayNode mappings = json.putArray("boot-mappings");
        plan.bootMappings().forEach(mapping -> mappings.addObject()
                .put("step", mapping.step())
                .put("first", Addresses.hex(mapping.first()))
                .put("size", mapping.size())
                .put("physical", Addresses.hex(mapping.physical()))
                .put("page", mapping.page()));
        ArrayNode locks = json.putArray("locks");
        for (Plan.Lock lock : plan.locks()) {
            ObjectNode node = locks.addObject().put("step", lock.step()).put("what", lock.what());
            if (lock.physical() != Region.OPEN) {
                node.put("physical", Addresses.hex(lock.physical())).put("size", lock.size());
            }
        }
        ArrayNode steps = json.putArray("steps");
        plan.steps().forEach(step -> steps.addObject().put("id", step.id()).put("title", step.title()));
        json.put("temporary-slot", Addresses.hex(plan.temporarySlot()));
        ArrayNode aliases = json.putArray("aliases");
        plan.aliases().forEach(aliases::add);
        ArrayNode devices = json.putArray("devices");
        plan.devices().forEach(device -> devices.addObject()
                .put("name", device.name())
                .put("physical", Addresses.hex(device.physical()))
                .put("size", device.size()));
        return json;
    }

    private static void put(ObjectNode node, Region region) {
        node.put("id", region.id()).put("title", region.title());
        if (region.first() != Region.OPEN) {
            node.put("first", Addresses.hex(region.first()));
        }
        if (region.last() != Region.OPEN) {
            node.put("last", Addresses.hex(region.last()));
        }
        node.put("rights", Rights.text(region.rights())).put("image", region.image());
        node.put("grows", region.growth().name().toLowerCase(Locale.ROOT));
        if (region.guard() != Region.OPEN) {
            node.put("guard", Addresses.hex(region.guard()));
        }
        if (region.slice() != 0) {
            node.put("slice", region.slice());
        }
    }
}
