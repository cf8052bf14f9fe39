package org.pagetrail.traces.journal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.TraceClosing;

/** The closing record as a journal holds it: JSON with the counts by the events' numbers. */
final class ClosingRecord {
    private ClosingRecord() {}

    static ObjectNode toJson(TraceClosing closing) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("events", closing.events());
        json.put("lastTick", closing.lastTick());
        json.put("digest", closing.digest());
        ObjectNode counts = json.putObject("counts");
        closing.counts().forEach((id, count) -> counts.put(Integer.toString(id), count));
        if (closing.truncated()) {
            json.put("truncated", true);
        }
        return json;
    }

    /** The record that the JSON says, or null when it is none. */
    static TraceClosing fromJson(JsonNode json) {
        JsonNode counts = json.path("counts");
        if (!json.path("events").isIntegralNumber()
                || !json.path("lastTick").isIntegralNumber()
                || !json.path("digest").isTextual()
                || !counts.isObject()) {
            return null;
        }
        SortedMap<Integer, Long> byId = new TreeMap<>();
        for (Map.Entry<String, JsonNode> entry : counts.properties()) {
            if (!entry.getKey().matches("[1-9][0-9]{0,2}") || !entry.getValue().isIntegralNumber()) {
                return null;
            }
            int id = Integer.parseInt(entry.getKey());
            if (id >= EventId.LIMIT) {
                return null;
            }
            byId.put(id, entry.getValue().longValue());
        }
        return new TraceClosing(
                json.get("events").longValue(),
                json.get("lastTick").longValue(),
                json.get("digest").textValue(),
                byId,
                json.path("truncated").asBoolean());
    }
}
