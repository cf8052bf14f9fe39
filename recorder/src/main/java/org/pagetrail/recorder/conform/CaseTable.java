package org.pagetrail.recorder.conform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * A file of comma-separated values with comment lines ({@code #}), a line of column names, and rows of as many values.
 *
 * <p>Columns are found by name; further ones do not matter. A value that is not what a column holds is refused with file, line and
 * column.
 */
final class CaseTable {
    private final Path file;
    private final List<String> columns;

    private CaseTable(Path file, List<String> columns) {
        this.file = file;
        this.columns = columns;
    }

    /** A row of a table. */
    final class Row {
        private final long line;
        private final String[] values;

        private Row(long line, String[] values) {
            this.line = line;
            this.values = values;
        }

        /** The line that it stands in, from 1. */
        long line() {
            return line;
        }

        /** The text in a column. */
        String text(String column) {
            return values[columns.indexOf(column)];
        }

        /** A whole number from 0. */
        long number(String column) {
            try {
                return Long.parseUnsignedLong(text(column));
            } catch (NumberFormatException e) {
                throw wrong(column, "a whole number");
            }
        }

        /** 0 or 1. */
        boolean flag(String column) {
            return switch (text(column)) {
                case "0" -> false;
                case "1" -> true;
                default -> throw wrong(column, "0 or 1");
            };
        }

        /** Up to eight hexadecimal digits without a prefix; 0 for an empty column. */
        int hex(String column) {
            if (text(column).isEmpty()) {
                return 0;
            }
            try {
                return Integer.parseUnsignedInt(text(column), 16);
            } catch (NumberFormatException e) {
                throw wrong(column, "up to eight hexadecimal digits");
            }
        }

        /** One of some texts, by its position among them. */
        int oneOf(String column, String... texts) {
            int at = Arrays.asList(texts).indexOf(text(column));
            if (at < 0) {
                throw wrong(column, "one of " + String.join(", ", texts));
            }
            return at;
        }

        private CaseTableException wrong(String column, String form) {
            return new CaseTableException(file + ":" + line + ": column " + column + " is '" + text(column) + "', not "
                    + form + "; mend the row");
        }
    }

    /**
     * Shows the rows of a file to a consumer.
     *
     * @throws CaseTableException when the file cannot be read, lacks one of these columns, or has a row of another length
     */
    static void read(Path file, List<String> needed, Consumer<Row> consumer) {
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8);
                MappingIterator<String[]> lines = new CsvMapper()
                        .readerFor(String[].class)
                        .with(CsvParser.Feature.WRAP_AS_ARRAY)
                        .with(CsvParser.Feature.ALLOW_COMMENTS)
                        .with(CsvParser.Feature.SKIP_EMPTY_LINES)
                        .readValues(reader)) {
            read(file, lines, needed, consumer);
        } catch (NoSuchFileException e) {
            throw new CaseTableException(file + ": no such file; name a table of cases", e);
        } catch (JsonProcessingException e) {
            throw new CaseTableException(
                    file + ":" + e.getLocation().getLineNr() + ": no comma-separated values; mend the row", e);
        } catch (IOException e) {
            throw new CaseTableException(file + ": cannot be read (" + e.getMessage() + "); name a table of cases", e);
        }
    }

    private static void read(Path file, MappingIterator<String[]> lines, List<String> needed, Consumer<Row> consumer)
            throws IOException {
        CaseTable table = null;
        while (lines.hasNextValue()) {
            long line = lines.getCurrentLocation().getLineNr();
            String[] values = lines.nextValue();
            if (table == null) {
                table = new CaseTable(file, Arrays.asList(values));
                List<String> missing = new ArrayList<>(needed);
                missing.removeAll(table.columns);
                if (!missing.isEmpty()) {
                    throw new CaseTableException(file + ":" + line + ": no column " + String.join(", ", missing)
                            + "; name the columns in the first line");
                }
            } else if (values.length != table.columns.size()) {
                throw new CaseTableException(file + ":" + line + ": " + values.length + " values for "
                        + table.columns.size() + " columns; mend the row");
            } else {
                consumer.accept(table.new Row(line, values));
            }
        }
        if (table == null) {
            throw new CaseTableException(file + ": no rows; name a table of cases");
        }
    }
}
