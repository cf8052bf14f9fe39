package org.pagetrail.traces.text;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.Arrays;

/** Characters on their way to a writer: the tokens of JSON, put together without an object for each. */
final class LineBuffer {
    private static final int SIZE = 1 << 16;

    /** Room for a line or two: many a buffer is made for one. */
    private static final int SMALL = 1 << 9;

    private static final int LONGEST_NUMBER = 20;
    private static final int HEX_DIGITS = 8;
    private static final char[] DIGITS = "0123456789abcdef".toCharArray();

    private final Writer writer;
    private char[] chars = new char[SMALL];
    private int end;

    LineBuffer(Writer writer) {
        this.writer = writer;
    }

    /** Makes room by growing as long as little was written, else by handing on what there is. */
    private void room(int more) {
        if (chars.length - end >= more) {
            return;
        }
        if (end + more > SIZE) {
            drain();
        }
        if (chars.length - end < more) {
            chars = Arrays.copyOf(chars, Math.min(SIZE, Math.max(2 * chars.length, end + more)));
        }
    }

    private void drain() {
        try {
            writer.write(chars, 0, end);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            end = 0;
        }
    }

    /** Characters as they are. */
    void put(char[] text) {
        if (text.length > SIZE) {
            drain();
            try {
                writer.write(text);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return;
        }
        room(text.length);
        System.arraycopy(text, 0, chars, end, text.length);
        end += text.length;
    }

    /** A text in quotation marks, escaped where JSON asks for it. */
    void text(String text) {
        char[] quoted = JsonStringEncoder.getInstance().quoteAsString(text);
        room(1);
        chars[end++] = '"';
        put(quoted);
        room(1);
        chars[end++] = '"';
    }

    /** A number in decimal digits. */
    void number(long number) {
        room(LONGEST_NUMBER);
        if (number < 0) {
            put(Long.toString(number).toCharArray());
            return;
        }
        int to = end + 1;
        for (long rest = number / 10; rest != 0; rest /= 10) {
            to++;
        }
        end = to;
        long rest = number;
        do {
            chars[--to] = DIGITS[(int) (rest % 10)];
            rest /= 10;
        } while (rest != 0);
    }

    /** A number in quotation marks, in the form of {@link Hex}. */
    void hex(long number) {
        room(LONGEST_NUMBER);
        int needed = (Long.SIZE - Long.numberOfLeadingZeros(number) + 3) / 4;
        chars[end++] = '"';
        chars[end++] = '0';
        chars[end++] = 'x';
        for (int digit = Math.max(HEX_DIGITS, needed) - 1; digit >= 0; digit--) {
            chars[end++] = DIGITS[(int) (number >>> 4 * digit) & 0xf];
        }
        chars[end++] = '"';
    }

    /** Hands everything to the writer and flushes it. */
    void flush() {
        drain();
        try {
            writer.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
