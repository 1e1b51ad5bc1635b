package api

import (
	"context"
	"encoding/hex"
	"strconv"
	"time"

	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// checkpointView is what was signed of the sealed log at one size.
type checkpointView struct {
	Size     int64     `json:"size" doc:"Le nombre d’actes."`
	Root     string    `json:"root" doc:"L’empreinte de l’arbre (RFC 6962, SHA-256), en base64."`
	SignedAt time.Time `json:"signed_at"`
	Note     string    `json:"note" doc:"Le point de contrôle signé, à la forme C2SP tlog-checkpoint."`
}

func viewCheckpoint(p audit.Checkpoint) checkpointView {
	return checkpointView{Size: p.Size, Root: p.Root.String(), SignedAt: p.At.UTC(), Note: p.Note}
}

func viewHashes(hashes []audit.Hash) []string { return each(hashes, audit.Hash.String) }

type logView struct {
	Key    string         `json:"key" doc:"La clé publique, à la forme des notes signées : nom, empreinte et clé."`
	Latest checkpointView `json:"latest"`
}

func readLog(ctx context.Context, q db.Q, _ *struct{}) (logView, error) {
	latest, err := audit.LatestCheckpoint(ctx, q)
	if err != nil {
		return logView{}, err
	}
	key, err := audit.KeyText(latest.Origin)
	return logView{Key: key, Latest: viewCheckpoint(latest)}, err
}

// listCheckpoints lists them, the latest first.
func listCheckpoints(ctx context.Context, q db.Q, in *Paging) (page[checkpointView], error) {
	var below int64
	if in.After != "" {
		var err error
		if below, err = strconv.ParseInt(in.After, 10, 64); err != nil || below < 1 {
			return page[checkpointView]{}, audit.ErrNoCheckpoint
		}
	}
	points, err := audit.Checkpoints(ctx, q, below, in.limit()+1)
	points, next := cut(points, in.limit(), func(p audit.Checkpoint) string { return strconv.FormatInt(p.Size, 10) })
	return page[checkpointView]{Items: each(points, viewCheckpoint), Next: next}, err
}

type proofInput struct {
	Leaf string `path:"leaf" doc:"L’empreinte de l’acte, 64 chiffres hexadécimaux."`
}

type proofView struct {
	Leaf       string         `json:"leaf"`
	Number     int64          `json:"number" doc:"La place de l’acte dans le registre, à partir de 0."`
	SealedAt   time.Time      `json:"sealed_at" doc:"Quand le premier point de contrôle qui le contient a été signé."`
	Hashes     []string       `json:"hashes" doc:"La preuve d’inclusion (RFC 6962, 2.1.1), de la feuille vers la racine, en base64."`
	Checkpoint checkpointView `json:"checkpoint"`
	Proof      string         `json:"proof" doc:"La même preuve en un fichier, à la forme C2SP tlog-proof."`
}

func readProof(ctx context.Context, q db.Q, in *proofInput) (proofView, error) {
	leaf, err := hex.DecodeString(in.Leaf)
	if err != nil {
		return proofView{}, audit.ErrUnknownLeaf
	}
	proof, sealed, err := audit.ProveInclusion(ctx, q, leaf)
	if err != nil {
		return proofView{}, err
	}
	return proofView{
		Leaf: in.Leaf, Number: proof.Number, SealedAt: sealed.At.UTC(), Hashes: viewHashes(proof.Hashes),
		Checkpoint: viewCheckpoint(proof.Checkpoint), Proof: proof.Text(),
	}, nil
}

// proofAddress is where the proof of a leaf stands once it is sealed.
func proofAddress(leaf []byte) string {
	if len(leaf) == 0 {
		return ""
	}
	return Prefix + "/log/proofs/" + hex.EncodeToString(leaf)
}

type consistencyInput struct {
	From int64 `query:"from" minimum:"0" doc:"La taille d’un point de contrôle ; sans elle, le premier."`
	To   int64 `query:"to" minimum:"0" doc:"Celle d’un point de contrôle plus récent ; sans elle, le dernier."`
}

type consistencyView struct {
	From   checkpointView `json:"from"`
	To     checkpointView `json:"to"`
	Hashes []string       `json:"hashes" doc:"La preuve de continuité (RFC 6962, 2.1.2), en base64."`
}

func readConsistency(ctx context.Context, q db.Q, in *consistencyInput) (consistencyView, error) {
	latest, err := audit.LatestCheckpoint(ctx, q)
	if err != nil {
		return consistencyView{}, err
	}
	if in.To == 0 {
		in.To = latest.Size
	}
	if in.From == 0 {
		first, err := audit.FirstCheckpoint(ctx, q)
		if err != nil {
			return consistencyView{}, err
		}
		in.From = first.Size
	}
	var wrong fault.Collector
	wrong.Check(in.From <= in.To, "from", "above_to", "Donnez dans from la plus petite des deux tailles.")
	if err := wrong.Err(); err != nil {
		return consistencyView{}, err
	}
	older, newer, hashes, err := audit.ProveConsistency(ctx, q, in.From, in.To)
	return consistencyView{From: viewCheckpoint(older), To: viewCheckpoint(newer), Hashes: viewHashes(hashes)}, err
}
