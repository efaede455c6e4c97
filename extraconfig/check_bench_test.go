package extraconfig_test

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/coredns/caddy/caddyfile"

	"corewarden/corefile"
	"corewarden/corefile/dnsserver"
	"corewarden/extraconfig"
)

// BenchmarkCheck judges a ConfigMap for both servers. In turns with it CoreDNS's own parser
// reads the same text once: how many times longer the check takes is the ratio of the
// medians, which hardly depends on what else the machine does.
func BenchmarkCheck(b *testing.B) {
	for name, text := range benchmarkTexts(b) {
		b.Run(name, func(b *testing.B) {
			cm, servers := extraconfig.ConfigMap{Data: map[string]string{"Corefile": text}}, servers(b)
			if problems := checkAlone(cm, servers); len(problems) > 0 {
				b.Fatal(problems)
			}
			var checks, parses []time.Duration
			b.ReportAllocs()
			for b.Loop() {
				start := time.Now()
				checkAlone(cm, servers)
				checks = append(checks, time.Since(start))

				b.StopTimer()
				start = time.Now()
				if _, err := caddyfile.Parse("Corefile", strings.NewReader(text), nil); err != nil {
					b.Fatal(err)
				}
				parses = append(parses, time.Since(start))
				b.StartTimer()
			}
			b.ReportMetric(float64(median(checks).Microseconds()), "p50-µs")
			b.ReportMetric(float64(median(parses).Microseconds()), "caddyfile-p50-µs")
			b.ReportMetric(median(checks).Seconds()/median(parses).Seconds(), "times-caddyfile")
		})
	}
}

// BenchmarkComposed judges a ConfigMap within a cluster like MetaKube's, and in turns with
// it where nothing is known of one, which is BenchmarkCheck. How many times longer that
// takes is the ratio of the medians.
func BenchmarkComposed(b *testing.B) {
	for name, text := range benchmarkTexts(b) {
		b.Run(name, func(b *testing.B) {
			cm, servers, cluster := extraconfig.ConfigMap{Data: map[string]string{"Corefile": text}}, servers(b), metakube(b)
			var composed, alone []time.Duration
			b.ReportAllocs()
			for b.Loop() {
				start := time.Now()
				if problems := cluster.Check(extraconfig.Name, cm); rejects(problems) {
					b.Fatal(problems)
				}
				composed = append(composed, time.Since(start))

				b.StopTimer()
				start = time.Now()
				checkAlone(cm, servers)
				alone = append(alone, time.Since(start))
				b.StartTimer()
			}
			b.ReportMetric(float64(median(composed).Microseconds()), "p50-µs")
			b.ReportMetric(float64(median(alone).Microseconds()), "alone-p50-µs")
			b.ReportMetric(median(composed).Seconds()/median(alone).Seconds(), "times-alone")
		})
	}
}

// BenchmarkWarnings judges a ConfigMap for both servers, and in turns with it reads and judges the
// same text without what tells of dangers and of what becomes of queries. By how much of that time
// the warnings make a verdict longer is the share, of the medians.
func BenchmarkWarnings(b *testing.B) {
	for name, text := range benchmarkTexts(b) {
		b.Run(name, func(b *testing.B) {
			both := servers(b)
			judges := make([]dnsserver.Server, len(both))
			for i, s := range both {
				judges[i] = dnsserver.Server{Name: s.String(), Release: s.Release}
			}
			conf := corefile.Configuration{Main: corefile.File{Name: "Corefile", Path: "/etc/coredns/Corefile", Text: text}}
			var whole, bare []time.Duration
			for b.Loop() {
				start := time.Now()
				extraconfig.CheckCorefile(conf.Main, both)
				whole = append(whole, time.Since(start))

				b.StopTimer()
				start = time.Now()
				if problems := dnsserver.Judge(conf, judges...); rejects(problems) {
					b.Fatal(problems)
				}
				bare = append(bare, time.Since(start))
				b.StartTimer()
			}
			b.ReportMetric(float64(median(whole).Microseconds()), "p50-µs")
			b.ReportMetric(float64(median(bare).Microseconds()), "bare-p50-µs")
			b.ReportMetric(median(whole).Seconds()/median(bare).Seconds()-1, "share")
		})
	}
}

func median(took []time.Duration) time.Duration {
	return slices.Sorted(slices.Values(took))[len(took)/2]
}

// BenchmarkHash hashes a ConfigMap, as each reconciliation does.
func BenchmarkHash(b *testing.B) {
	for name, text := range benchmarkTexts(b) {
		b.Run(name, func(b *testing.B) {
			cm := extraconfig.ConfigMap{Data: map[string]string{"Corefile": text}}
			b.ReportAllocs()
			for b.Loop() {
				cm.Hash()
			}
		})
	}
}

func benchmarkTexts(b *testing.B) map[string]string {
	b.Helper()
	texts := map[string]string{}
	for _, name := range []string{"small", "typical"} {
		text, err := os.ReadFile("testdata/" + name + ".Corefile")
		if err != nil {
			b.Fatal(err)
		}
		texts[name] = string(text)
	}
	// The small one has no snippets, for which caddyfile.Parse takes quadratic time.
	texts["1MiB"] = large(texts["small"])
	return texts
}

// large repeats a text, each time with other zones and networks, up to the size that a
// ConfigMap can have.
func large(text string) string {
	const size = 1 << 20
	var all strings.Builder
	for i := 0; ; i++ {
		n := strconv.Itoa(i)
		next := strings.NewReplacer(
			"example.", "example"+n+".",
			"10.20.0.0/16", fmt.Sprintf("10.%d.%d.0/24", i/256, i%256),
		).Replace(text)
		if all.Len()+len(next) > size {
			return all.String()
		}
		all.WriteString(next)
	}
}
