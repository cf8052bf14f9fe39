package org.pagetrail.analyzer.rule;

import org.pagetrail.traces.event.EntryCause;
import org.pagetrail.traces.paging.EntryKind;

/**
 * One word of a live paging structure changed in another bit than A and D, or became live.
 *
 * <p>One object is told again and again with other values: it is valid only while it is told.
 */
public final class EntryFact {
    long table;
    int slot;
    long was;
    long now;
    long linear;
    int level;
    long directory;
    EntryCause cause;
    EntryKind kindWas;
    EntryKind kindNow;
    long frameWas;
    long frameNow;

    EntryFact() {}

    /** The frame of the structure that holds the word. */
    public long table() {
        return table;
    }

    /** Which of its words. */
    public int slot() {
        return slot;
    }

    /** The word before, 0 when it was absent. */
    public long was() {
        return was;
    }

    /** The word after, 0 when it is absent. */
    public long now() {
        return now;
    }

    /** The first linear address that the word translates. */
    public long linear() {
        return linear;
    }

    /** The structure's level; 1 is the last of a walk. */
    public int level() {
        return level;
    }

    /** The frame of a directory that reaches it: the loaded one if that does, else the lowest. */
    public long directory() {
        return directory;
    }

    /** What brought it about. */
    public EntryCause cause() {
        return cause;
    }

    /** What the word meant before. */
    public EntryKind kindWas() {
        return kindWas;
    }

    /** What it means now. */
    public EntryKind kindNow() {
        return kindNow;
    }

    /** The frame that it named before, {@link Violation#NONE} when it was absent. */
    public long frameWas() {
        return frameWas;
    }

    /** The frame that it names now, {@link Violation#NONE} when it is absent. */
    public long frameNow() {
        return frameNow;
    }
}
