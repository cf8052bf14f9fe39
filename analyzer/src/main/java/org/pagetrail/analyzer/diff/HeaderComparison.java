package org.pagetrail.analyzer.diff;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.pagetrail.traces.event.ByteSize;
import org.pagetrail.traces.event.TraceHeader;

/**
 * What two headers say differently of the recorded runs, each value under a name that people know.
 *
 * <p>Left out is what does not describe the run: the program's version, the format and the vocabulary that the trace is written in, the
 * names of files whose contents are the same, titles and descriptions.
 */
final class HeaderComparison {
    private static final int DIGEST_SHOWN = 12;
    private static final Set<String> FOR_PEOPLE = Set.of("title", "description");

    /** Keys that tell elements of a list apart, best first. */
    private static final List<String> NAMES = List.of("id", "name", "step", "what", "linear", "first");

    private final List<InputDifference> found = new ArrayList<>();

    private HeaderComparison() {}

    static List<InputDifference> of(TraceHeader old, TraceHeader now) {
        HeaderComparison comparison = new HeaderComparison();
        comparison.headers(old, now);
        return comparison.found;
    }

    private void headers(TraceHeader old, TraceHeader now) {
        value("scenario", old.scenario(), now.scenario());
        value("seed", Long.toString(old.seed()), Long.toString(now.seed()));
        value("ram", ByteSize.text(old.ram()), ByteSize.text(now.ram()));
        value("paging mode", old.mode(), now.mode());
        trees("plan", old.plan(), now.plan(), Set.of());
        trees("profile", old.profile(), now.profile(), Set.of());
        value("kernel", file(old.kernel()), file(now.kernel()));
        trees("kernel", old.kernel(), now.kernel(), Set.of("name", "size", "sha256"));
        modules(old.modules(), now.modules());
        // Where the kernel came from is no part of what it is.
        trees("option", old.options(), now.options(), Set.of("shippedKernel"));
    }

    private void value(String name, String old, String now) {
        if (!Objects.equals(old, now)) {
            found.add(new InputDifference(name, old, now));
        }
    }

    /** A file by what is in it; its name is shown only where the contents differ. */
    private void value(String name, StoredFile old, StoredFile now) {
        if (!Objects.equals(old.sha256, now.sha256) || old.size != now.size) {
            found.add(new InputDifference(name, old.text(), now.text()));
        }
    }

    private record StoredFile(String name, long size, String sha256) {
        String text() {
            return name + ", " + ByteSize.text(size) + ", sha256 "
                    + sha256.substring(0, Math.min(DIGEST_SHOWN, sha256.length()));
        }
    }

    private static StoredFile file(JsonNode node) {
        return new StoredFile(
                node.path("name").asText(),
                node.path("size").asLong(),
                node.path("sha256").asText());
    }

    /** Modules are matched by name, those of one name in their order. */
    private void modules(JsonNode old, JsonNode now) {
        Map<String, StoredFile> before = modules(old);
        Map<String, StoredFile> after = modules(now);
        for (String name : union(before, after)) {
            StoredFile one = before.get(name);
            StoredFile other = after.get(name);
            if (!Objects.equals(one, other)) {
                found.add(new InputDifference(
                        "module", one == null ? null : one.text(), other == null ? null : other.text()));
            }
        }
        List<String> oldOrder = new ArrayList<>(before.keySet());
        List<String> nowOrder = new ArrayList<>(after.keySet());
        oldOrder.retainAll(after.keySet());
        nowOrder.retainAll(before.keySet());
        value("order of modules", String.join(", ", oldOrder), String.join(", ", nowOrder));
    }

    private static Map<String, StoredFile> modules(JsonNode list) {
        Map<String, StoredFile> files = new LinkedHashMap<>();
        for (JsonNode node : list) {
            StoredFile file = file(node);
            files.put(unused(file.name, files.keySet()), file);
        }
        return files;
    }

    private static String unused(String name, Set<String> used) {
        String free = name;
        for (int i = 2; used.contains(free); i++) {
            free = String.format(Locale.ROOT, "%s (%d)", name, i);
        }
        return free;
    }

    /** The values of a tree by path, and the paths of the objects in it. */
    private static final class Leaves {
        private final Map<String, String> values = new LinkedHashMap<>();
        private final Set<String> objects = new LinkedHashSet<>();

        Leaves(JsonNode root, Set<String> except) {
            add("", root, except);
        }

        private void add(String path, JsonNode node, Set<String> except) {
            if (node.isObject()) {
                objects.add(path);
                node.properties().forEach(entry -> {
                    String key = entry.getKey();
                    if (!FOR_PEOPLE.contains(key) && !except.contains(key)) {
                        add(path.isEmpty() ? key : path + "." + key, entry.getValue(), Set.of());
                    }
                });
            } else if (node.isArray() && node.size() != 0 && node.get(0).isObject()) {
                Set<String> used = new LinkedHashSet<>();
                for (JsonNode element : node) {
                    String name = unused(elementName(element), used);
                    used.add(name);
                    add(path + "[" + name + "]", element, Set.of());
                }
            } else {
                values.put(path, text(path, node));
            }
        }

        /** The outermost object around a value that is not here, or null. */
        private String missing(String path) {
            for (int i = 1; i < path.length(); i++) {
                boolean end = path.charAt(i) == '.' && path.charAt(i - 1) != ']' || path.charAt(i - 1) == ']';
                if (end && !objects.contains(path.substring(0, i))) {
                    return path.substring(0, i);
                }
            }
            return null;
        }

        /** An object in one text. */
        private String whole(String object) {
            List<String> parts = new ArrayList<>();
            values.forEach((path, value) -> {
                if (path.startsWith(object + ".")) {
                    parts.add(path.substring(object.length() + 1) + " " + value);
                }
            });
            return String.join(", ", parts);
        }
    }

    private void trees(String name, JsonNode old, JsonNode now, Set<String> except) {
        Leaves before = new Leaves(old, except);
        Leaves after = new Leaves(now, except);
        Set<String> told = new LinkedHashSet<>();
        for (String path : union(before.values, after.values)) {
            String missing = before.missing(path) == null ? after.missing(path) : before.missing(path);
            if (missing == null) {
                // What a thing is called goes by the thing's own name.
                value(path.equals("name") ? name : name + " " + path, before.values.get(path), after.values.get(path));
            } else if (told.add(missing)) {
                boolean inOld = before.objects.contains(missing);
                value(name + " " + missing, inOld ? before.whole(missing) : null, inOld ? null : after.whole(missing));
            }
        }
    }

    private static String elementName(JsonNode element) {
        List<String> parts = new ArrayList<>();
        for (String key : NAMES) {
            if (element.path(key).isTextual() && parts.size() < 2) {
                parts.add(element.get(key).asText());
                if (key.equals("id") || key.equals("name")) {
                    break;
                }
            }
        }
        return String.join(" ", parts);
    }

    private static String text(String path, JsonNode node) {
        if (node.isArray()) {
            List<String> elements = new ArrayList<>();
            node.forEach(element -> elements.add(element.asText()));
            return elements.isEmpty() ? "none" : String.join(" ", elements);
        }
        boolean size = path.startsWith("ram.") || path.endsWith(".size") || path.endsWith("Size");
        return size && node.isIntegralNumber() ? ByteSize.text(node.asLong()) : node.asText();
    }

    /** The keys of both, in the order of the first, each of the second's own after the key that it follows there. */
    private static Set<String> union(Map<String, ?> old, Map<String, ?> now) {
        Map<String, List<String>> after = new TreeMap<>();
        String previous = "";
        for (String key : now.keySet()) {
            if (old.containsKey(key)) {
                previous = key;
            } else {
                after.computeIfAbsent(previous, place -> new ArrayList<>()).add(key);
            }
        }
        Set<String> all = new LinkedHashSet<>(after.getOrDefault("", List.of()));
        for (String key : old.keySet()) {
            all.add(key);
            all.addAll(after.getOrDefault(key, List.of()));
        }
        return all;
    }
}
