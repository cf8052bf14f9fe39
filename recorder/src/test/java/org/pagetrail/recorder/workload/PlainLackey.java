package org.pagetrail.recorder.workload;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@link LackeyReader} does, by regular expressions on a whole file. */
final class PlainLackey {
    private static final Pattern RECORD = Pattern.compile("(I  | L | S | M )([0-9a-fA-F]{1,16}),([0-9]+)\r?");
    private static final Pattern OWN = Pattern.compile("(==|--|\\*\\*)[0-9:. ]*[0-9]\\1.*", Pattern.DOTALL);
    private static final int JUDGED = 64;

    final List<String> records = new ArrayList<>();
    long skipped;

    PlainLackey(byte[] file) {
        String[] lines = new String(file, StandardCharsets.ISO_8859_1).split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            if (i < lines.length - 1 || !lines[i].isEmpty()) {
                line(i + 1, lines[i]);
            }
        }
    }

    private void line(int number, String line) {
        if (OWN.matcher(line.substring(0, Math.min(line.length(), JUDGED))).matches()) {
            return;
        }
        Matcher record = RECORD.matcher(line);
        if (line.length() >= JUDGED || !record.matches()) {
            skipped++;
            return;
        }
        long address = Long.parseUnsignedLong(record.group(2), 16);
        String digits = record.group(3).replaceFirst("^0+", "");
        int size = digits.isEmpty() || digits.length() > 4 ? 0 : Integer.parseInt(digits);
        if (size < 1 || size > 4096 || Long.compareUnsigned(address, address + size - 1) > 0) {
            skipped++;
            return;
        }
        records.add(shown(
                number,
                switch (record.group(1).strip()) {
                    case "I" -> ReferenceKind.FETCH;
                    case "L" -> ReferenceKind.LOAD;
                    case "S" -> ReferenceKind.STORE;
                    default -> ReferenceKind.MODIFY;
                },
                address,
                size));
    }

    static String shown(long line, ReferenceKind kind, long address, int size) {
        return String.format(Locale.ROOT, "%d: %s %x %d", line, kind, address, size);
    }

    static List<String> all(LackeyReader reader) {
        List<String> records = new ArrayList<>();
        while (reader.next()) {
            records.add(shown(reader.line(), reader.kind(), reader.address(), reader.size()));
        }
        return records;
    }
}
