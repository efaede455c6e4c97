package lsp

import "testing"

func TestPositionsInEachEncoding(t *testing.T) {
	t.Parallel()
	d := newDocument("file:///x", 1, "ä🙂b\r\nc\rd\n")
	for _, test := range []struct {
		name     string
		offset   int
		encoding encoding
		want     position
	}{
		{"the start", 0, utf16Encoding, position{0, 0}},
		{"behind wide characters", 6, utf16Encoding, position{0, 3}},
		{"behind wide characters in bytes", 6, utf8Encoding, position{0, 6}},
		{"behind wide characters in characters", 6, utf32Encoding, position{0, 2}},
		{"the end of a line", 7, utf16Encoding, position{0, 4}},
		{"behind CRLF", 9, utf16Encoding, position{1, 0}},
		{"behind a carriage return", 11, utf16Encoding, position{2, 0}},
		{"the end", 13, utf16Encoding, position{3, 0}},
	} {
		if got := d.position(test.offset, test.encoding); got != test.want {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
		if got := d.offset(test.want, test.encoding); got != test.offset {
			t.Errorf("%s: back at %d, want %d", test.name, got, test.offset)
		}
	}
	for _, test := range []struct {
		name     string
		position position
		want     int
	}{
		{"behind the end of a line", position{0, 99}, 7},
		{"behind the last line", position{99, 0}, 13},
		{"before the first line", position{-1, 0}, 0},
	} {
		if got := d.offset(test.position, utf16Encoding); got != test.want {
			t.Errorf("%s: %d, want %d", test.name, got, test.want)
		}
	}
}

func TestPlacesOfProblems(t *testing.T) {
	t.Parallel()
	d := newDocument("file:///x", 1, "\ufeffa b\rc\nä d\n")
	for _, test := range []struct {
		name       string
		place      Place
		start, end int
	}{
		{"the file as a whole", Place{}, 0, 0},
		{"behind a byte order mark", Place{1, 1, 1, 2}, 3, 4},
		{"behind a carriage return", Place{1, 5, 1, 6}, 7, 8},
		{"behind a wide character", Place{2, 3, 2, 4}, 12, 13},
		{"over lines", Place{1, 1, 2, 2}, 3, 11},
		{"too far", Place{2, 9, 9, 1}, 13, 14},
	} {
		if start, end := d.span(test.place); start != test.start || end != test.end {
			t.Errorf("%s: from %d to %d", test.name, start, end)
		}
	}
}

func TestPathsOfURIs(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ uri, path, back string }{
		{"file:///a%20b/%C3%A4.yaml", "/a b/ä.yaml", "file:///a%20b/%C3%A4.yaml"},
		{"file:///c%3A/x", "c:/x", "c:/x"}, // as a file of this machine, it is none
		{"untitled:Untitled-1", "untitled:Untitled-1", "untitled:Untitled-1"},
		{"%zz", "%zz", "%zz"},
	} {
		if path := pathOf(test.uri); path != test.path || uriOf(path) != test.back {
			t.Errorf("%s is %s, which is %s", test.uri, path, uriOf(path))
		}
	}
}
