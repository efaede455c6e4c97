package doctor

import (
	"cmp"
	"context"
	"crypto/x509"
	"fmt"
	"time"

	certutil "k8s.io/client-go/util/cert"
)

// caDaysLeft is how many days before its end a CA is told of.
const caDaysLeft = 30

var caBundles = check{
	id:    "ca-bundle",
	title: "every webhook has a CA that is valid",
	look: func(_ context.Context, i *installation) outcome {
		if len(i.webhooks()) == 0 {
			return skipped("there is no webhook that could have one")
		}
		var out outcome
		soonest := time.Duration(-1)
		for _, w := range i.webhooks() {
			end, problem := i.lastEnd(w.ClientConfig.CABundle)
			if problem != "" {
				out.fail(fmt.Sprintf("caBundle of %s %s", w.Name, problem), i.injectRemedy())
				continue
			}
			left := end.Sub(i.now)
			if soonest < 0 || left < soonest {
				soonest = left
			}
		}
		if days(soonest) < caDaysLeft && soonest >= 0 {
			out.warn(fmt.Sprintf("the CA expires in %d days", days(soonest)),
				cmp.Or(i.issuerLogs(), "make a new CA and put it into caBundle beside the old one; docs/certificates.md"))
		}
		if len(out.findings) == 0 {
			out.detail = fmt.Sprintf("%d days left", days(soonest))
		}
		return out
	},
}

// lastEnd returns when the last certificate of a bundle expires, or what is wrong with it. It
// may hold expired ones: a bundle overlaps when the CA changes.
func (i *installation) lastEnd(bundle []byte) (end time.Time, problem string) {
	if len(bundle) == 0 {
		return end, "is empty: the API server trusts no certificate of Corewarden's"
	}
	certificates, err := certutil.ParseCertsPEM(bundle)
	if err != nil {
		return end, fmt.Sprintf("holds no certificate: %v", err)
	}
	var last *x509.Certificate
	for _, c := range certificates {
		if last == nil || c.NotAfter.After(last.NotAfter) {
			last = c
		}
	}
	if last.NotAfter.Before(i.now) {
		return end, fmt.Sprintf("expired on %s", last.NotAfter.Format(time.DateOnly))
	}
	return last.NotAfter, ""
}

// injectRemedy says who fills caBundle and how to have that done.
func (i *installation) injectRemedy() string {
	return cmp.Or(i.issuerLogs(), "put the CA that issued the certificate of the webhook's pods into caBundle of each webhook; docs/certificates.md")
}

func days(d time.Duration) int { return int(d.Hours() / 24) }
