package org.pagetrail.recorder.conform;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.csv.CsvFactory;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
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
 * the column of characters in which it begins.
 */
final class CaseTable {
    private static final CsvFactory FACTORY = CsvFactory.builder()
            .enable(CsvParser.Feature.WRAP_AS_ARRAY)
            .enable(CsvParser.Feature.ALLOW_COMMENTS)
            .enable(CsvParser.Feature.SKIP_EMPTY_LINES)
            .build();

    private final List<String> columns;

    private CaseTable(List<String> columns) {
        this.columns = columns;
    }

    /** A row of a table. */
    final class Row {
        private final Line line;

        private Row(Line line) {
            this.line = line;
        }

        /** The line that it stands in, from 1. */
        long line() {
            return line.number;
        }

        /** The text in a column. */
        String text(String column) {
            return line.values.get(columns.indexOf(column));
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

        /** A complaint about the value in a column. */
        CaseTableException wrong(String column, String what, String whatToDo) {
            return line.wrong(columns.indexOf(column), what, whatToDo);
        }

        private CaseTableException wrong(String column, String form) {
            String shown = text(column).lines().findFirst().orElse("");
            return wrong(column, "column " + column + " is '" + shown + "', not " + form, "mend the row");
        }
    }

    /** The values of a line, each with the column of characters in which it begins, from 1. */
    private static final class Line {
        private final Path file;
        private final int number;
        private final List<String> values = new ArrayList<>();
        private final List<Integer> starts = new ArrayList<>();
        private final int end;

        /** The one whose beginning the parser has just met. */
        Line(Path file, CsvParser parser) throws IOException {
            this.file = file;
            int first = 0;
            int after = 1;
            while (parser.nextToken() == JsonToken.VALUE_STRING) {
                JsonLocation start = parser.currentTokenLocation();
                first = first == 0 ? start.getLineNr() : first;
                after = parser.currentLocation().getColumnNr();
                values.add(parser.getText());
                starts.add(start.getColumnNr());
            }
            number = first;
            end = after;
        }

        /** A complaint about a value, or, past the last one, about the end of the line. */
        CaseTableException wrong(int value, String what, String whatToDo) {
            int column = value < starts.size() ? starts.get(value) : end;
            return new CaseTableException(file + ":" + number + ":" + column + ": " + what + "; " + whatToDo);
        }
    }

    /**
     * Shows the rows of a file to a consumer.
     *
     * @throws CaseTableException when the file cannot be read, lacks one of these columns, or has a row of another length
     */
    static void read(Path file, List<String> needed, Consumer<Row> consumer) {
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8);
                CsvParser parser = FACTORY.createParser(reader)) {
            read(file, parser, needed, consumer);
        } catch (NoSuchFileException e) {
            throw new CaseTableException(file + ": no such file; name a table of cases", e);
        } catch (CharacterCodingException e) {
            throw new CaseTableException(file + ": no UTF-8 text; name a table of cases", e);
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            throw new CaseTableException(
                    file + ":" + at.getLineNr() + ":" + at.getColumnNr() + ": no comma-separated values: "
                            + e.getOriginalMessage().lines().findFirst().orElse("malformed") + "; mend the row",
                    e);
        } catch (IOException e) {
            throw new CaseTableException(file + ": cannot be read (" + e.getMessage() + "); name a table of cases", e);
        }
    }

    private static void read(Path file, CsvParser parser, List<String> needed, Consumer<Row> consumer)
            throws IOException {
        CaseTable table = null;
        // The whole of it is one array, each line is one in that.
        parser.nextToken();
        while (parser.nextToken() == JsonToken.START_ARRAY) {
            Line line = new Line(file, parser);
            if (table == null) {
                table = new CaseTable(line.values);
                List<String> missing = new ArrayList<>(needed);
                missing.removeAll(table.columns);
                if (!missing.isEmpty()) {
                    throw line.wrong(
                            line.values.size(),
                            "no column " + String.join(", ", missing),
                            "name the columns in the first line");
                }
            } else if (line.values.size() != table.columns.size()) {
                throw line.wrong(
                        table.columns.size(),
                        line.values.size() + " values for " + table.columns.size() + " columns",
                        "mend the row");
            } else {
                consumer.accept(table.new Row(line));
            }
        }
        if (table == null) {
            throw new CaseTableException(file + ": no rows; name a table of cases");
        }
    }
}
