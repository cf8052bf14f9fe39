package org.pagetrail.recorder.conform;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Known deviations of a table's source: rows in which one column says what a processor does not do.
 *
 * <p>A file of its own, with the columns {@code id}, {@code column}, {@code expected} and {@code reason}: in row {@code id} the value
 * {@code expected} holds for {@code column}, whatever the table says.
 */
public final class Exceptions {
    /** For a table without any. */
    public static final Exceptions NONE = new Exceptions();

    private record Key(long id, String column) {}

    private final Map<Key, String> expected = new HashMap<>();
    private final Set<Long> used = new HashSet<>();

    private Exceptions() {}

    /**
     * Those of a file.
     *
     * @throws CaseTableException when it cannot be read
     */
    public static Exceptions read(Path file) {
        Exceptions exceptions = new Exceptions();
        CaseTable.read(file, List.of("id", "column", "expected", "reason"), row -> {
            if (row.text("reason").isBlank()) {
                throw row.wrong("reason", "no reason", "say why the table is wrong here");
            }
            Key key = new Key(row.number("id"), row.text("column"));
            if (exceptions.expected.put(key, row.text("expected")) != null) {
                throw row.wrong(
                        "id",
                        "row " + key.id() + " and column " + key.column() + " for the second time",
                        "leave one out");
            }
        });
        return exceptions;
    }

    /** What holds for a column of a row that the table gives this value. */
    String expected(long id, String column, String table) {
        String other = expected.get(new Key(id, column));
        if (other == null || other.equals(table)) {
            return table;
        }
        used.add(id);
        return other;
    }

    /** Whether a row needed one. */
    boolean used(long id) {
        return used.contains(id);
    }

    /** The rows that needed none of theirs, ascending. */
    List<Long> unused() {
        Set<Long> ids = new TreeSet<>();
        expected.keySet().forEach(key -> ids.add(key.id()));
        ids.removeAll(used);
        return List.copyOf(ids);
    }
}
