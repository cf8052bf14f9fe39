package org.pagetrail.traces.event;

import java.util.List;

/**
 * A field of an event.
 *
 * @param name its name in Java and in JSON
 * @param kind its unit and form
 * @param codes the enumeration's constants in kebab-case, for {@link FieldKind#CODE}; else empty
 */
public record EventField(String name, FieldKind kind, List<String> codes) {}
