package org.pagetrail.traces.profile;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import org.pagetrail.traces.yaml.YamlException;
import org.pagetrail.traces.yaml.YamlNode;

/**
 * A profile as a tree, both ways; its YAML file and the JSON in a trace's header have the same keys.
 *
 * <p>But for {@code source}: where the file says who published the numbers beside it. It is for those who read the file.
 */
final class ProfileTree {
    /** Where numbers were published: a text, of use to people alone. */
    private static final String SOURCE = "source";

    private static final int LARGEST_COST = 1_000_000;

    private ProfileTree() {}

    static MachineProfile read(YamlNode root) {
        try {
            return profile(root);
        } catch (YamlException e) {
            throw new ProfileException(e.getMessage(), e);
        }
    }

    private static MachineProfile profile(YamlNode root) {
        root.only(
                "name",
                "description",
                "features",
                "unified",
                "instruction4K",
                "instruction4M",
                "data4K",
                "data4M",
                "secondLevel",
                "secondLevelHolds4M",
                "walkCache",
                "pseChangeFlushes",
                "largePageServesFirst",
                "costs");
        boolean unified = root.get("unified").truth();
        for (String key : List.of("instruction4K", "instruction4M")) {
            if (unified && root.has(key)) {
                throw root.get(key).wrong("a unified profile has no arrays for instructions", "leave " + key + " out");
            }
        }
        root.get("data4K");
        if (!unified) {
            root.get("instruction4K");
        }
        return new MachineProfile(
                root.get("name").text(),
                root.get("description").text(),
                features(root.get("features")),
                unified,
                geometry(root, "instruction4K"),
                geometry(root, "instruction4M"),
                geometry(root, "data4K"),
                geometry(root, "data4M"),
                geometry(root, "secondLevel"),
                root.get("secondLevelHolds4M").truth(),
                geometry(root, "walkCache"),
                root.get("pseChangeFlushes").truth(),
                root.get("largePageServesFirst").truth(),
                costs(root.get("costs")));
    }

    private static Features features(YamlNode node) {
        node.only("pse", "pge", "pat", "pse36", "maxPhysicalAddress", "smep", "smap", SOURCE);
        checkSource(node);
        return new Features(
                node.get("pse").truth(),
                node.get("pge").truth(),
                node.get("pat").truth(),
                node.get("pse36").truth(),
                (int) node.get("maxPhysicalAddress").number(32, 52),
                node.get("smep").truth(),
                node.get("smap").truth());
    }

    private static TlbGeometry geometry(YamlNode root, String key) {
        if (!root.has(key)) {
            return null;
        }
        YamlNode node = root.get(key).only("entries", "ways", "replacement", SOURCE);
        checkSource(node);
        String replacement = node.get("replacement").oneOf("lru", "tree-plru");
        int entries = (int) node.get("entries").number(1, TlbGeometry.MOST_ENTRIES);
        YamlNode ways = node.get("ways");
        int count = (int) ways.number(1, TlbGeometry.MOST_WAYS);
        try {
            return new TlbGeometry(entries, count, replacement.equals("lru") ? Replacement.LRU : Replacement.TREE_PLRU);
        } catch (IllegalArgumentException e) {
            throw new YamlException(ways.where() + ": " + key + ": " + e.getMessage(), e);
        }
    }

    private static void checkSource(YamlNode node) {
        if (node.has(SOURCE)) {
            node.get(SOURCE).text();
        }
    }

    private static Costs costs(YamlNode node) {
        node.only(
                "hit",
                "secondLevelHit",
                "walkReference",
                "invlpg",
                "cr3Write",
                "controlRegisterWrite",
                "faultDelivery",
                "faultReturn",
                "clearPage",
                "copyPage");
        return new Costs(
                cost(node, "hit"),
                cost(node, "secondLevelHit"),
                cost(node, "walkReference"),
                cost(node, "invlpg"),
                cost(node, "cr3Write"),
                cost(node, "controlRegisterWrite"),
                cost(node, "faultDelivery"),
                cost(node, "faultReturn"),
                cost(node, "clearPage"),
                cost(node, "copyPage"));
    }

    private static int cost(YamlNode costs, String key) {
        return (int) costs.get(key).number(0, LARGEST_COST);
    }

    static ObjectNode toJson(MachineProfile profile) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("name", profile.name());
        json.put("description", profile.description());
        Features features = profile.features();
        json.putObject("features")
                .put("pse", features.pse())
                .put("pge", features.pge())
                .put("pat", features.pat())
                .put("pse36", features.pse36())
                .put("maxPhysicalAddress", features.maxPhysicalAddress())
                .put("smep", features.smep())
                .put("smap", features.smap());
        json.put("unified", profile.unified());
        put(json, "instruction4K", profile.instruction4K());
        put(json, "instruction4M", profile.instruction4M());
        put(json, "data4K", profile.data4K());
        put(json, "data4M", profile.data4M());
        put(json, "secondLevel", profile.secondLevel());
        json.put("secondLevelHolds4M", profile.secondLevelHolds4M());
        put(json, "walkCache", profile.walkCache());
        json.put("pseChangeFlushes", profile.pseChangeFlushes());
        json.put("largePageServesFirst", profile.largePageServesFirst());
        Costs costs = profile.costs();
        json.putObject("costs")
                .put("hit", costs.hit())
                .put("secondLevelHit", costs.secondLevelHit())
                .put("walkReference", costs.walkReference())
                .put("invlpg", costs.invlpg())
                .put("cr3Write", costs.cr3Write())
                .put("controlRegisterWrite", costs.controlRegisterWrite())
                .put("faultDelivery", costs.faultDelivery())
                .put("faultReturn", costs.faultReturn())
                .put("clearPage", costs.clearPage())
                .put("copyPage", costs.copyPage());
        return json;
    }

    private static void put(ObjectNode json, String key, TlbGeometry geometry) {
        if (geometry != null) {
            json.putObject(key)
                    .put("entries", geometry.entries())
                    .put("ways", geometry.ways())
                    .put(
                            "replacement",
                            geometry.replacement()
                                    .name()
                                    .toLowerCase(Locale.ROOT)
                                    .replace('_', '-'));
        }
    }
}
