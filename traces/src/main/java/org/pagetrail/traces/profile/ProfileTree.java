package org.pagetrail.traces.profile;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.pagetrail.traces.yaml.YamlException;
import org.pagetrail.traces.yaml.YamlNode;

/** A profile as a tree, both ways; its YAML file and the JSON in a trace's header have the same keys. */
final class ProfileTree {
    private static final int LARGEST_COST = 1_000_000;

    private ProfileTree() {}

    static MachineProfile read(YamlNode root) {
        try {
            return profile(root);
        } catch (YamlException e) {
            throw new ProfileException(e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new ProfileException(root.where() + ": " + e.getMessage(), e);
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
        return new MachineProfile(
                root.get("name").text(),
                root.get("description").text(),
                features(root.get("features")),
                root.get("unified").truth(),
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
        node.only("pse", "pge", "pat", "pse36", "maxPhysicalAddress", "smep", "smap");
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
        YamlNode node = root.get(key).only("entries", "ways", "replacement");
        String replacement = node.get("replacement").oneOf("lru", "tree-plru");
        try {
            return new TlbGeometry(
                    (int) node.get("entries").number(1, TlbGeometry.MOST_ENTRIES),
                    (int) node.get("ways").number(1, TlbGeometry.MOST_WAYS),
                    replacement.equals("lru") ? Replacement.LRU : Replacement.TREE_PLRU);
        } catch (IllegalArgumentException e) {
            throw new YamlException(node.where() + ": " + key + ": " + e.getMessage(), e);
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
