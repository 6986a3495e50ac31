/**
 * The service's sentences on a signal in French, by the English ones; {} stands for what the service puts in, in this
 * order in both, {name} for what is shown as it is though it may look like a number or a word: names of files, of leads
 * and of fields. A test holds the English ones against the code that makes them.
 */

export const notes = [
  ["leads picked and ordered: {}", "dérivations choisies et ordonnées : {}"],
  ["{} derived from {} and {}", "{} calculées à partir de {} et {}"],
  ["{} derived from I and II", "{} calculées à partir de I et II"],
  ["resampled from {} Hz to {} Hz", "rééchantillonné de {} Hz à {} Hz"],
  ["{} s cut into {} windows of {} s, probabilities averaged", "{} s découpées en {} fenêtres de {} s, moyenne des probabilités"],
  ["{} s repeated to fill a window of {} s", "{} s répétées pour remplir une fenêtre de {} s"],
  ["the first {} s left out: a calibration pulse", "les {} premières s laissées de côté : une impulsion d’étalonnage"],
  ["the last {} s left out: a calibration pulse", "les {} dernières s laissées de côté : une impulsion d’étalonnage"],
  ["{} Hz from the column {name}", "{} Hz d’après la colonne {name}"],
  ["{} samples are the file's padding", "{} échantillons sont du remplissage du fichier"],
  ["multiplex group {} of {} ({})", "groupe multiplexé {} sur {} ({})"],
  ["{} other channels left out", "{} autres voies laissées de côté"],
  ["taken as the SPH database's layout: 500 Hz, mV, leads I to V6 in the standard order", "pris pour la disposition de la base SPH : 500 Hz, mV, dérivations I à V6 dans l’ordre usuel"],
  ["taken as CPSC 2018: 500 Hz, mV, leads I to V6 in the standard order", "pris pour CPSC 2018 : 500 Hz, mV, dérivations I à V6 dans l’ordre usuel"],
  ["sequence set {} of {}", "jeu de séquences {} sur {}"],
  ["series 1 of {}", "série 1 sur {}"],
  ["no rhythm in the file: this is a derived series, such as a representative beat", "pas de rythme dans le fichier : ceci est une série dérivée, comme un battement représentatif"],
  ["no rhythm in the file: this is the waveform {name}, such as a median beat", "pas de rythme dans le fichier : ceci est la forme d’onde {name}, comme un battement médian"],
  ["rhythm waveform 1 of {}", "tracé de rythme 1 sur {}"],
  ["{} leads are shorter than the others and end without a value", "{} dérivations sont plus courtes que les autres et finissent sans valeur"],
  ["the file states {} samples and has room for {}", "le fichier annonce {} échantillons et a de la place pour {}"],
  ["reference beats added back", "battements de référence rajoutés"],
  ["stored at 1/{} of the rate between the heart beats, interpolated", "enregistré à 1/{} de la fréquence entre les battements, interpolé"],
  ["{} has no checksum", "{} n’a pas de somme de contrôle"],
  ["samples are counted from 0, taken as {} of them", "les échantillons sont comptés à partir de 0, pris comme {} au total"],

  ["all leads hold one value for the {} {} s", "toutes les dérivations gardent une même valeur pendant les {} {} s"],
  ["lead {} clipped", "dérivation {} écrêtée"],
  ["lead {} flat", "dérivation {} plate"],
  ["lead {} noisy ({} mV above 25 Hz between the beats)", "dérivation {} bruitée ({} mV au-dessus de 25 Hz entre les battements)"],
  ["lead {} drifting (the baseline wanders by {} mV)", "dérivation {} qui dérive (la ligne de base se déplace de {} mV)"],
  ["the limb leads contradict each other ({}): names, order or signs may be wrong", "les dérivations des membres se contredisent ({}) : les noms, l’ordre ou les signes sont peut-être faux"],
  ["electrodes of the arms may be swapped: lead I mirrors V6 (correlation {})", "les électrodes des bras sont peut-être inversées : la dérivation I est le miroir de V6 (corrélation {})"],
  ["electrodes of right arm and left leg may be swapped: lead II mirrors V6 (correlation {})", "les électrodes du bras droit et de la jambe gauche sont peut-être inversées : la dérivation II est le miroir de V6 (corrélation {})"],
  ["lead {}: {} % of its samples are invalid, it counts as missing", "dérivation {} : {} % de ses échantillons ne sont pas valides, elle compte comme manquante"],
  ["lead {}: {} s without valid samples, filled by straight lines", "dérivation {} : {} s sans échantillons valides, remplies par des droites"],
  ["lead {} missing and set to zero: no model was trained on such ECGs", "dérivation {} manquante et mise à zéro : aucun modèle n’a été entraîné sur de tels ECG"],
  ["unusual amplitude: {} mV from bottom to top; are the samples in the unit that was read?", "amplitude inhabituelle : {} mV de bas en haut ; les échantillons sont-ils dans l’unité qui a été lue ?"],

  ["integrated gradients: logits that each sample of each lead adds, against a flat ECG at each lead's mean in the training data", "gradients intégrés : logits qu’ajoute chaque échantillon de chaque dérivation, par rapport à un ECG plat à la moyenne de chaque dérivation dans les données d’entraînement"],
  ["Grad-CAM: where in time the network's last map of features speaks for the class, in no unit; that map holds all leads together, so nothing is said of single leads", "Grad-CAM : les moments où la dernière carte de caractéristiques du réseau parle pour la classe, sans unité ; cette carte mêle toutes les dérivations, elle ne dit donc rien d’une seule"],
];

/** What the service puts into its sentences in words; several may stand side by side. */
export const pieces = [
  ["first", "premières"],
  ["last", "dernières"],
  ["no label", "sans nom"],
  ["the record", "l’enregistrement"],
  ["III is not II − I", "III n’est pas II − I"],
  ["aVR is not −(I + II)/2", "aVR n’est pas −(I + II)/2"],
  ["aVL is not I − II/2", "aVL n’est pas I − II/2"],
  ["aVF is not II − I/2", "aVF n’est pas II − I/2"],
  ["sampling rate (rate, in Hz)", "fréquence d’échantillonnage (Hz)"],
  ["lead names (leads, such as I,II,V1)", "noms des dérivations (comme I,II,V1)"],
  ["unit (unit, such as mV or uV)", "unité (comme mV ou uV)"],
  ["takes too long", "demande trop de temps"],
  ["makes its library crash", "fait planter sa bibliothèque"],
  ["the samples are probably a converter's raw numbers: convert them to millivolts first", "les échantillons sont sans doute les nombres bruts d’un convertisseur : convertissez-les d’abord en millivolts"],
  ["the samples were read as {} and are probably {}, or a converter's raw numbers: read them as such (unit {}), or convert them to millivolts first", "les échantillons ont été lus en {} et sont sans doute en {}, ou les nombres bruts d’un convertisseur : lisez-les ainsi (unité {}), ou convertissez-les d’abord en millivolts"],
  ["the parsers", "les processus de lecture"],
  ["the model", "le modèle"],
  ["the explanations", "les explications"],
  ["the pictures", "les images"],
];
