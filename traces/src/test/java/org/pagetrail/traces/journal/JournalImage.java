package org.pagetrail.traces.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The documents of a journal's file, to be put together again in another way: what no writer would do. */
final class JournalImage {
    /** A document, with the word before it. */
    record Item(int word, byte[] bytes) {
        boolean ofQueue() {
            return (word & QueueFile.METADATA) != 0;
        }

        int kind() {
            return BlockDecoder.kind(bytes);
        }
    }

    private final List<Item> items;
    private final int size;

    private JournalImage(List<Item> items, int size) {
        this.items = items;
        this.size = size;
    }

    static JournalImage of(Path trace) throws IOException {
        byte[] all = Files.readAllBytes(QueueStore.dataFile(trace));
        ByteBuffer bytes = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
        List<Item> items = new ArrayList<>();
        for (int at = 0; bytes.getInt(at) != 0; ) {
            int word = bytes.getInt(at);
            int length = word & QueueFile.LENGTH;
            items.add(new Item(word, Arrays.copyOfRange(all, at + QueueFile.WORD, at + QueueFile.WORD + length)));
            at = (int) QueueFile.end(at, length);
        }
        return new JournalImage(items, all.length);
    }

    /** The journal's own documents: header, blocks, closing record. */
    List<Item> documents() {
        return new ArrayList<>(items.stream().filter(item -> !item.ofQueue()).toList());
    }

    /** Writes the file with these documents in the place of its own. */
    void write(Path trace, List<Item> documents) throws IOException {
        int needed = size;
        for (Item item : documents) {
            needed += item.bytes().length + 2 * QueueFile.WORD;
        }
        ByteBuffer bytes = ByteBuffer.allocate(needed).order(ByteOrder.LITTLE_ENDIAN);
        List<Item> left = new ArrayList<>(documents);
        for (Item item : items) {
            if (item.ofQueue()) {
                put(bytes, item);
            } else if (!left.isEmpty()) {
                put(bytes, left.remove(0));
            }
        }
        left.forEach(item -> put(bytes, item));
        Files.write(QueueStore.dataFile(trace), bytes.array());
    }

    private static void put(ByteBuffer bytes, Item item) {
        int at = bytes.position();
        bytes.putInt(item.word()).put(item.bytes());
        bytes.position((int) QueueFile.end(at, item.bytes().length));
    }
}
