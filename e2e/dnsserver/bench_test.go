package dnsserver_test

import (
	"os"
	"testing"

	"corewarden/e2e/dnsserver"
	"corewarden/e2e/parts"
)

// BenchmarkCheck is what one configuration costs, with as many at once as there are
// processors.
func BenchmarkCheck(b *testing.B) {
	for _, part := range []parts.Part{parts.CoreDNS1150, parts.NodeCache1267} {
		b.Run(string(part), func(b *testing.B) {
			binaries, err := parts.Build(b.Context(), os.Stderr, part)
			if err != nil {
				b.Fatal(err)
			}
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if err := dnsserver.Check(b.Context(), binaries[part], dnsserver.Configuration{Main: ".:53 {\n whoami\n}\n"}); err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
}
