package org.pagetrail.traces.event;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The annotations that say what a parameter of {@link TraceEvents} is. */
public final class Kinds {
    private Kinds() {}

    /** Marks an annotation of this file with the kind that it stands for. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.ANNOTATION_TYPE)
    @interface Kind {
        FieldKind value();
    }

    /** Model cycles since the recording began. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.PARAMETER)
    public @interface Tick {}

    /** A linear address, in bytes. */
    @Kind(FieldKind.LINEAR)
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.PARAMETER)
    public @interface Linear {}

    /** A physical address, in bytes. */
    @Kind(FieldKind.PHYSICAL)
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.PARAMETER)
    public @interface Physical {}

    /** A page (linear), by number; in text its first address. */
    @Kind(FieldKind.PAGE)
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.PARAMETER)
    public @interface Page {}

    /** A page frame (physical), by number; in text its first address. */
    @Kind(FieldKind.FRAME)
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.PARAMETER)
    public @interface Frame {}

    /** A raw paging-structure entry, 0 when absent. */
    @Kind(FieldKind.ENTRY)
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.PARAMETER)
    public @interface Entry {}

    /** The value of a register. */
    @Kind(FieldKind.VALUE)
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.PARAMETER)
    public @interface Value {}

    /** A page-fault error code. */
    @Kind(FieldKind.ERROR_CODE)
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.PARAMETER)
    public @interface ErrorCode {}

    /** How many. */
    @Kind(FieldKind.COUNT)
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.PARAMETER)
    public @interface Count {}

    /** A size in bytes. */
    @Kind(FieldKind.BYTES)
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.PARAMETER)
    public @interface Bytes {}

    /** A position, from 0. */
    @Kind(FieldKind.INDEX)
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.PARAMETER)
    public @interface Index {}

    /** A position from 0, or -1 for none; in text null. */
    @Kind(FieldKind.OPTIONAL_INDEX)
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.PARAMETER)
    public @interface OptionalIndex {}

    /** A level of the paging structures; 1 holds the last entry of a walk. */
    @Kind(FieldKind.LEVEL)
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.PARAMETER)
    public @interface Level {}

    /** A current privilege level, 0 to 3. */
    @Kind(FieldKind.PRIVILEGE)
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.PARAMETER)
    public @interface Privilege {}

    /** A process; 0 is the kernel. */
    @Kind(FieldKind.PID)
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.PARAMETER)
    public @interface Pid {}

    /** 0 or 1; in text false or true. */
    @Kind(FieldKind.FLAG)
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.PARAMETER)
    public @interface Flag {}

    /** A set of {@link Rights}; in text four columns, as {@code rw--}. */
    @Kind(FieldKind.RIGHTS)
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.PARAMETER)
    public @interface RightsMask {}

    /** A text by the number that {@code symbol-defined} gave it; in text the text. */
    @Kind(FieldKind.SYMBOL)
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.PARAMETER)
    public @interface Symbol {}

    /** One of the constants of an enumeration, by its position; in text its name in kebab-case. */
    @Kind(FieldKind.CODE)
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.PARAMETER)
    public @interface Code {
        /** The enumeration; constants are only ever added at its end. */
        Class<? extends Enum<?>> value();
    }
}
