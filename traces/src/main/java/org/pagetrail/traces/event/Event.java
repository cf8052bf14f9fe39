package org.pagetrail.traces.event;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Makes a method of {@link TraceEvents} an event. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Event {
    /** The event's number, one of {@link EventId}; never reused. */
    int id();

    /** The first format version whose journals can hold it. */
    int since();

    /** What happened, a sentence or two for people; no part of the vocabulary's digest. */
    String says();
}
