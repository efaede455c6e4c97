package extraconfig_test

import (
	"regexp"
	"testing"

	"corewarden/extraconfig"
)

type texts = map[string]string

func hash(data texts) string { return extraconfig.ConfigMap{Data: data}.Hash() }

// A ConfigMap beside the common one counts for the workload that mounts it, if it has
// anything to load.
func TestStampIsOfAllThatAServerLoads(t *testing.T) {
	t.Parallel()
	const common = "v1:common"
	k := metakube(t)
	stamps := func(content texts) (coreDNS, nodeLocalDNS string) {
		with := k.WithConfigMap(extraconfig.CoreDNSName, extraconfig.ConfigMap{Data: content})
		return with.Stamp(k.Workloads[0], common), with.Stamp(k.Workloads[1], common)
	}
	if c, n := stamps(texts{"Corefile": "a.org {\n}\n"}); c != common || n != common {
		t.Errorf("not mounted, it makes the stamps %s and %s", c, n)
	}
	projected(t, &k)
	if c, n := stamps(texts{"notes": "a.org"}); c != common || n != common {
		t.Errorf("without a Corefile, it makes the stamps %s and %s", c, n)
	}
	first, n := stamps(texts{"Corefile": "a.org {\n}\n"})
	if !regexp.MustCompile(`^v1:[0-9a-f]{64}$`).MatchString(first) || n != common {
		t.Errorf("mounted by CoreDNS, it makes the stamps %s and %s", first, n)
	}
	if again, _ := stamps(texts{"a.Corefile": "# the same\na.org {\n}\n"}); again != first {
		t.Errorf("a comment makes the stamp %s of %s", again, first)
	}
	if other, _ := stamps(texts{"Corefile": "b.org {\n}\n"}); other == first {
		t.Error("another zone makes the same stamp")
	}
}

func TestHashIsOfAFixedForm(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^v1:[0-9a-f]{64}$`)
	for _, hash := range []string{extraconfig.EmptyHash, hash(texts{"Corefile": "a.org {\n log\n}\n"})} {
		if !form.MatchString(hash) {
			t.Errorf("%q is not of the form %v", hash, form)
		}
	}
	// The stamp of running pods: a change of it restarts every DNS server.
	const want = "v1:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	if extraconfig.EmptyHash != want {
		t.Errorf("EmptyHash = %s, want %s", extraconfig.EmptyHash, want)
	}
}

// TestHashIsOfWhatServersRead says which changes of a ConfigMap restart the servers.
func TestHashIsOfWhatServersRead(t *testing.T) {
	t.Parallel()
	block := "a.org {\n log\n errors\n}\n"
	for _, test := range []struct {
		name          string
		before, after texts
		same          bool
	}{
		{"comments", texts{"Corefile": block}, texts{"Corefile": "# a comment\na.org { # another\n log # third\n errors\n}\n#"}, true},
		{"blanks and empty lines", texts{"Corefile": block}, texts{"Corefile": "\n\na.org   {\n\n\tlog\n\n  errors\n}"}, true},
		{"carriage returns and a byte order mark", texts{"Corefile": block}, texts{"Corefile": "\ufeffa.org {\r\n log\r\n errors\r\n}\r\n"}, true},
		{"quotes without a need", texts{"Corefile": block}, texts{"Corefile": "\"a.org\" {\n \"log\"\n errors\n}\n"}, true},
		{"a word", texts{"Corefile": block}, texts{"Corefile": "b.org {\n log\n errors\n}\n"}, false},
		{"the order of lines", texts{"Corefile": block}, texts{"Corefile": "a.org {\n errors\n log\n}\n"}, false},
		{"a line break", texts{"Corefile": block}, texts{"Corefile": "a.org {\n log errors\n}\n"}, false},
		{"two words and one quoted", texts{"Corefile": `a b`}, texts{"Corefile": `"a b"`}, false},
		{"where words are split", texts{"Corefile": `ab c`}, texts{"Corefile": `a bc`}, false},
		{"an empty word", texts{"Corefile": `a`}, texts{"Corefile": `a ""`}, false},
		{"a line break in quotes", texts{"Corefile": "\"a\nb\""}, texts{"Corefile": "\"a\n\nb\""}, false},
		{"the name of a key", texts{"a.Corefile": block}, texts{"b.Corefile": block}, true},
		{"names that keep their order", texts{"a.Corefile": "a", "c.Corefile": "c"}, texts{"b.Corefile": "a", "d.Corefile": "c"}, true},
		{"names that change the order", texts{"a.Corefile": "a", "c.Corefile": "c"}, texts{"d.Corefile": "a", "c.Corefile": "c"}, false},
		{"a text over two keys", texts{"a.Corefile": "a {\n}\nb {\n}\n"}, texts{"a.Corefile": "a {\n}\n", "b.Corefile": "b {\n}\n"}, true},
		{"an empty Corefile", texts{"a.Corefile": block}, texts{"a.Corefile": block, "b.Corefile": "# nothing\n"}, true},
		{"a key that nothing imports", texts{"Corefile": block}, texts{"Corefile": block, "notes": "a"}, true},
		{"a hosts file, which CoreDNS watches itself", texts{"Corefile": "a {\n hosts /etc/coredns/extra-configs/h\n}", "h": "1"}, texts{"Corefile": "a {\n hosts /etc/coredns/extra-configs/h\n}", "h": "2"}, true},
		{"a key that is imported", texts{"Corefile": "a {\n import p\n}", "p": "log"}, texts{"Corefile": "a {\n import p\n}", "p": "errors"}, false},
		{"a key that is imported by its path", texts{"Corefile": "import /etc/coredns/extra-configs/p", "p": "log"}, texts{"Corefile": "import /etc/coredns/extra-configs/p", "p": "errors"}, false},
		{"a key that a pattern imports", texts{"Corefile": "a {\n import *.p\n}", "x.p": "log"}, texts{"Corefile": "a {\n import *.p\n}", "x.p": "errors"}, false},
		{"a key that an imported key imports", texts{"Corefile": "import p", "p": "import q", "q": "log"}, texts{"Corefile": "import p", "p": "import q", "q": "errors"}, false},
		{"no ConfigMap and one without Corefiles", nil, texts{"notes": "a"}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if before, after := hash(test.before), hash(test.after); (before == after) != test.same {
				t.Errorf("the same = %v, want %v\n%q: %s\n%q: %s", before == after, test.same, test.before, before, test.after, after)
			}
		})
	}
}

func TestHashTakesBinaryDataLikeData(t *testing.T) {
	t.Parallel()
	binary := extraconfig.ConfigMap{BinaryData: map[string][]byte{"Corefile": []byte("a.org {\n}\n")}}
	if got, want := binary.Hash(), hash(texts{"Corefile": "a.org {\n}\n"}); got != want {
		t.Errorf("hash of binaryData is %s, of data %s", got, want)
	}
}

func TestHashIgnoresAnnotations(t *testing.T) {
	t.Parallel()
	annotated := extraconfig.ConfigMap{Annotations: texts{"a": "b"}}
	if got := annotated.Hash(); got != extraconfig.EmptyHash {
		t.Errorf("hash with annotations is %s, want %s", got, extraconfig.EmptyHash)
	}
}
