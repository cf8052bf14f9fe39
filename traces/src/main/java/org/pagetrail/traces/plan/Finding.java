package org.pagetrail.traces.plan;

/**
 * Something that lint has to say of a plan.
 *
 * @param id what kind of thing, stable
 * @param error whether the plan cannot be used with it; else it only says something that is not so
 * @param line of the file, 0 when not known
 * @param column of the line, 0 when not known
 * @param where file, line and column
 * @param message what is wrong and what is right, in one line
 */
public record Finding(String id, boolean error, int line, int column, String where, String message) {
    @Override
    public String toString() {
        return where + ": " + message + " [" + id + "]";
    }
}
