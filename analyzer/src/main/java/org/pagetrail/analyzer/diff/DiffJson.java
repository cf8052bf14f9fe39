package org.pagetrail.analyzer.diff;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.OptionalDouble;
import org.pagetrail.analyzer.diff.EventDifferences.Divergence;
import org.pagetrail.analyzer.diff.EventDifferences.KindDifference;
import org.pagetrail.analyzer.diff.EventDifferences.Neighbour;
import org.pagetrail.analyzer.diff.MapDifference.Mapping;
import org.pagetrail.analyzer.diff.ViolationDifferences.Recounted;
import org.pagetrail.analyzer.report.VerdictJson;
import org.pagetrail.traces.event.EventCatalog;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.event.TraceEnding;

/** A comparison as JSON, with all that was found. */
public final class DiffJson {
    private static final double TENTHS = 10.0;

    private final EventWording wording;

    private DiffJson(EventWording wording) {
        this.wording = wording;
    }

    /**
     * The JSON.
     *
     * @param diff the comparison
     * @param old what the old trace is called
     * @param now what the new trace is called
     * @param wording how events are shown
     */
    public static ObjectNode of(TraceDiff diff, String old, String now, EventWording wording) {
        DiffJson form = new DiffJson(wording);
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("old", old);
        json.put("new", now);
        json.put("same", diff.none());
        json.put("complete", diff.oldEnding() == TraceEnding.COMPLETE && diff.nowEnding() == TraceEnding.COMPLETE);
        json.put("oldEnding", diff.oldEnding().word());
        json.put("newEnding", diff.nowEnding().word());
        ArrayNode inputs = json.putArray("inputs");
        for (InputDifference input : diff.inputs()) {
            inputs.addObject()
                    .put("input", input.input())
                    .put("old", input.old())
                    .put("new", input.now());
        }
        ObjectNode maps = json.putObject("maps");
        ranges(maps.putArray("end"), diff.finalMap());
        phaseMaps(maps.putArray("phases"), diff);
        form.events(json.putObject("events"), diff.events());
        costs(json.putArray("costs"), diff.costs());
        form.violations(json.putObject("violations"), diff.violations());
        return json;
    }

    /** A phase whose differences were listed says where instead of listing them again. */
    private static void phaseMaps(ArrayNode list, TraceDiff diff) {
        PhaseMap before = null;
        for (PhaseMap map : diff.phaseMaps()) {
            ObjectNode json = list.addObject().put("phase", map.phase());
            if (map.differences().equals(diff.finalMap())) {
                json.put("as", "end");
            } else if (before != null && map.differences().equals(before.differences())) {
                json.put("as", before.phase());
            } else {
                ranges(json.putArray("ranges"), map.differences());
            }
            before = map;
        }
    }

    private static void ranges(ArrayNode list, List<MapDifference> map) {
        for (MapDifference difference : map) {
            ObjectNode json = list.addObject();
            json.put("difference", difference.added() ? "added" : difference.removed() ? "removed" : "changed");
            ArrayNode spaces = json.putArray("addressSpaces");
            difference.spaces().forEach(spaces::add);
            json.put("first", DiffWords.hex(difference.first()));
            json.put("last", DiffWords.hex(difference.last()));
            json.put("region", difference.region());
            ArrayNode changes = json.putArray("changes");
            difference.changes().forEach(change -> changes.add(EventCatalog.code(change)));
            json.set("old", mapping(difference.old()));
            json.set("new", mapping(difference.now()));
        }
    }

    private static ObjectNode mapping(Mapping mapping) {
        if (mapping == null) {
            return null;
        }
        return JsonNodeFactory.instance
                .objectNode()
                .put("physical", DiffWords.hex(mapping.physical()))
                .put("inOrder", mapping.inOrder())
                .put("page", mapping.pageBytes())
                .put("rights", Rights.text(mapping.rights()))
                .put("global", mapping.global())
                .put("window", mapping.window());
    }

    private void events(ObjectNode json, EventDifferences events) {
        json.put("old", events.oldEvents());
        json.put("new", events.nowEvents());
        json.put("added", events.added());
        json.put("removed", events.removed());
        json.put("changed", events.changed());
        Divergence first = events.first();
        if (first == null) {
            json.putNull("first");
        } else {
            ObjectNode node = json.putObject("first");
            node.put("phase", first.phase());
            node.put("difference", EventCatalog.code(first.mark()));
            fields(node.putArray("fields"), first.fields());
            neighbours(node.putArray("old"), first.old());
            neighbours(node.putArray("new"), first.now());
        }
        ArrayNode kinds = json.putArray("kinds");
        for (KindDifference kind : events.kinds()) {
            ObjectNode node = kinds.addObject();
            node.put("phase", kind.phase());
            node.put("event", kind.event());
            node.put("added", kind.added());
            node.put("removed", kind.removed());
            node.put("changed", kind.changed());
            fields(node.putArray("fields"), kind.fields());
        }
    }

    private static void fields(ArrayNode list, List<String> names) {
        names.forEach(list::add);
    }

    private void neighbours(ArrayNode list, List<Neighbour> neighbours) {
        for (Neighbour neighbour : neighbours) {
            ObjectNode json = list.addObject();
            json.put("difference", EventCatalog.code(neighbour.mark()));
            json.set("event", wording.json(neighbour.event()));
        }
    }

    private static void costs(ArrayNode list, List<CostDifference> costs) {
        for (CostDifference cost : costs) {
            ObjectNode json = list.addObject();
            json.put("phase", cost.phase());
            json.put("measure", DiffWords.measure(cost.measure()));
            json.put("old", cost.old());
            json.put("new", cost.now());
            json.put("change", cost.change());
            OptionalDouble percent = cost.percent();
            if (percent.isEmpty()) {
                json.putNull("percent");
            } else {
                json.put("percent", Math.round(TENTHS * percent.getAsDouble()) / TENTHS);
            }
        }
    }

    private void violations(ObjectNode json, ViolationDifferences violations) {
        json.put("same", violations.same());
        ArrayNode added = json.putArray("new");
        violations.added().forEach(violation -> added.add(VerdictJson.of(violation)));
        ArrayNode gone = json.putArray("gone");
        violations.gone().forEach(violation -> gone.add(VerdictJson.of(violation)));
        ArrayNode recounted = json.putArray("recounted");
        for (Recounted one : violations.recounted()) {
            recounted.add(VerdictJson.of(one.now()).put("oldCount", one.old().count()));
        }
    }
}
